import type { InputNode } from "../../input-node.ts";
import { AWS_TYPES, BUCKET_TYPES, bucketSetting, requireSet, resourcesOfTypes } from "../../lib/aws.ts";
import type { Rule } from "../../rule.ts";

export const requireBucketKmsEncryption: Rule<InputNode> = {
  name: "require-bucket-kms-encryption",
  items: ["pre.backup.bucket"],
  description: "Every bucket is encrypted with a customer managed KMS key.",
  explanation:
    "With S3's own key, read access to the bucket is enough; a customer managed key requires a second permission.",
  remediation: "Add a BucketServerSideEncryptionConfiguration with sseAlgorithm aws:kms and kmsMasterKeyId.",
  subjects: (context) => resourcesOfTypes(context, ...BUCKET_TYPES),
  check: (bucket, context) => {
    const setting = bucketSetting(context, bucket, AWS_TYPES.bucketEncryption);
    if (setting === undefined)
      return [bucket.at("bucket").violation("no server-side encryption is configured")];
    const chosen = setting.at("rules", 0, "applyServerSideEncryptionByDefault");
    const algorithm = chosen.at("sseAlgorithm");
    return [
      ...(algorithm.text?.startsWith("aws:kms")
        ? []
        : [algorithm.violation(`sseAlgorithm is not aws:kms (${algorithm.displayText})`)]),
      ...requireSet(chosen.at("kmsMasterKeyId"), "no customer managed KMS key is set"),
    ];
  },
};
