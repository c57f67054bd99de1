import type * as kubernetes from "@pulumi/kubernetes";
import { PROMETHEUS_WEB_CONFIG_FILE } from "../shared/prometheus-web-config.ts";
import { MOUNT_PATHS } from "./mount-paths.ts";
import { restrictedContainer } from "./workload-resources.ts";

/**
 * Perl that prints the mounted web config with the password's bcrypt hash. The hash is made at each start, with a salt of its
 * own: bcrypt is salted, so a hash made by the program would differ in every plan, or lie in the state for good. Perl's
 * crypt() is the C library's, which knows bcrypt ($2b$) in Debian; 10 rounds are what the projects' documentation uses.
 */
export const PASSWORD_HASH_SCRIPT = [
  "use strict; use warnings;",
  "my ($template, $file, $user) = @ARGV;",
  "open(my $in, '<', $file) or die \"$file: $!\\n\"; my $password = <$in>; close $in; chomp $password;",
  "open(my $random, '<:raw', '/dev/urandom') or die; read($random, my $bytes, 21) == 21 or die; close $random;",
  "my @letters = ('.', '/', 'A'..'Z', 'a'..'z', '0'..'9');",
  // The last letter of a bcrypt salt carries two bits only.
  "my $salt = join('', map { $letters[ord($_) % 64] } split(//, $bytes)) . (qw(. O e u))[0];",
  "my $hash = crypt($password, '$2b$10$' . $salt);",
  'die "this crypt() knows no bcrypt\\n" unless defined $hash && length($hash) == 60;',
  "open(my $text, '<', $template) or die \"$template: $!\\n\"; print while <$text>;",
  "print \"basic_auth_users:\\n  $user: '$hash'\\n\";",
].join("\n");

/** The init container that writes the web config with the hashed password to memory. The password is in no argument. */
export function passwordHashContainer(
  user: string,
  passwordFile: string,
  secretMount: string,
): kubernetes.types.input.core.v1.Container {
  const template = `/etc/${secretMount}/${PROMETHEUS_WEB_CONFIG_FILE}`;
  return restrictedContainer(
    // The one pinned image with Perl on Debian's C library.
    "postgres",
    { cpu: "50m", memory: "64Mi" },
    {
      name: "web-password",
      command: ["sh", "-ec", `umask 077; perl -e "$SCRIPT" -- "$@" > ${MOUNT_PATHS.web}`, "web-password"],
      args: [template, passwordFile, user],
      env: [{ name: "SCRIPT", value: PASSWORD_HASH_SCRIPT }],
      volumeMounts: [
        { name: "config", mountPath: `/etc/${secretMount}`, readOnly: true },
        { name: secretMount, mountPath: `/run/secrets/${secretMount}`, readOnly: true },
        { name: "web", mountPath: "/run/web" },
      ],
    },
  );
}
