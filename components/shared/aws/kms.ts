/** Days during which the deletion of a key can be cancelled; the maximum of KMS, to notice that data cannot be decrypted. */
export const KEY_DELETION_WINDOW_DAYS = 30;
