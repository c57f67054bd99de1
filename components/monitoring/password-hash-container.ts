import type * as kubernetes from "@pulumi/kubernetes";
import { PROMETHEUS_WEB_CONFIG_FILE } from "../shared/prometheus-web-config.ts";
import { MOUNT_PATHS } from "./mount-paths.ts";
import { restrictedContainer } from "./workload-resources.ts";

/**
 * A Perl script that prints the mounted web config with the bcrypt hash of the password. The hash is computed at each start:
 * because of its random salt, a hash computed by the program would change in every plan or would have to be kept in the state.
 * Perl's crypt() calls the C library, which supports bcrypt ($2b$) on Debian; the cost of 10 is the one that the documentation
 * of Prometheus uses.
 */
export const PASSWORD_HASH_SCRIPT = [
  "use strict; use warnings;",
  "my ($template, $file, $user) = @ARGV;",
  "open(my $in, '<', $file) or die \"$file: $!\\n\"; my $password = <$in>; close $in; chomp $password;",
  "open(my $random, '<:raw', '/dev/urandom') or die; read($random, my $bytes, 21) == 21 or die; close $random;",
  "my @letters = ('.', '/', 'A'..'Z', 'a'..'z', '0'..'9');",
  // The last character of a bcrypt salt encodes only two bits.
  "my $salt = join('', map { $letters[ord($_) % 64] } split(//, $bytes)) . (qw(. O e u))[0];",
  "my $hash = crypt($password, '$2b$10$' . $salt);",
  'die "this crypt() knows no bcrypt\\n" unless defined $hash && length($hash) == 60;',
  "open(my $text, '<', $template) or die \"$template: $!\\n\"; print while <$text>;",
  "print \"basic_auth_users:\\n  $user: '$hash'\\n\";",
].join("\n");

/** The init container that writes the web config with the hashed password to a memory volume. No argument contains the password. */
export function passwordHashContainer(
  user: string,
  passwordFile: string,
  secretMount: string,
): kubernetes.types.input.core.v1.Container {
  const template = `/etc/${secretMount}/${PROMETHEUS_WEB_CONFIG_FILE}`;
  return restrictedContainer(
    // The only pinned image with Perl and Debian's C library.
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
