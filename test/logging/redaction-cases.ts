/** A line as a workload may write it, and as it leaves the node. */
export const REDACTION_CASES: readonly (readonly [line: string, shipped: string])[] = [
  ["Authorization: Bearer abc.def-123_~+/=", "Authorization: Bearer [token]"],
  ["authorization: bearer tiny", "authorization: bearer [token]"],
  ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [credentials]"],
  ["jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl end", "jwt [token] end"],
  ["GET /scene?access_token=s3cr3t&x=1 HTTP/1.1", "GET /scene?access_token=[token]&x=1 HTTP/1.1"],
  ["redis://user:pa55word@redis:6379/0", "redis://user:[password]@redis:6379/0"],
  ["mail to player.one@example.org now", "mail to [e-mail] now"],
  ["client 203.0.113.77 connected", "client 203.0.113.0 connected"],
  ["203.0.113.77", "203.0.113.0"],
  ["from 2001:db8:85a3:8d3:1319:8a2e:370:7348 to us", "from 2001:db8:85a3:: to us"],
  // A word too many is no loss, a token too few is.
  ["the bearer of this", "the bearer [token] this"],
  // What only looks alike is kept.
  ["version 1.29.7 is up", "version 1.29.7 is up"],
  ["12:30:45 is the time", "12:30:45 is the time"],
  ["https://play.spacetime-vr.com/health 200", "https://play.spacetime-vr.com/health 200"],
  ["frame 11.1 ms", "frame 11.1 ms"],
];
