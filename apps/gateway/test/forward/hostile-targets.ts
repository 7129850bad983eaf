/** Addresses that nobody outside has business with, as DNS may say them. */
export const PRIVATE_ADDRESSES = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fec0::1',
  'ff02::1',
] as const;

const WRITTEN: readonly string[] = [
  // This machine and its network, as they are written.
  'localhost LOCALHOST localhost. a.localhost ip6-localhost gateway.internal printer.local nas.lan',
  '127.0.0.1 127.1 127.0.1 127.000.000.001 0.0.0.0 0 10.0.0.1 172.16.0.1 192.168.1.1 [::1] [::]',
  '[::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [0:0:0:0:0:0:0:1] [fe80::1%25eth0] [fd00:ec2::254]',
  '[64:ff9b::7f00:1] [2002:7f00:1::] [::1 ::1 [::1]x [127.0.0.1]',
  // Where clouds hand out credentials.
  '169.254.169.254 169.254.170.2 metadata.google.internal metadata.google.internal. metadata',
  '100.100.100.200 instance-data.ec2.internal 192.0.0.192 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe]',
  // Numbers that some programs read as addresses.
  '2130706433 0x7f000001 017700000001 0x7f.0.0.1 0177.0.0.1 0x7f.1 127.0x1 2852039166 0xa9fea9fe',
  '0251.0376.0251.0376 169.254.43518 1e3 ①②⑦.⓪.⓪.① 127。0。0。1',
  // What two programs may read differently.
  'exact.example. exact.example.. .exact.example exact..example exact.example%00.evil.example',
  'exact.example\\@evil.example user@exact.example user:password@exact.example',
  'exact.example@evil.example evil.example#exact.example evil.example/exact.example',
  'evil.example?exact.example http://exact.example exact.example:443:443 *.allowed.example',
  'exact.example: exact_.example ex%61ct.example exact.example%2e -exact.example exact-.example %',
  // Names that only look like those that are allowed.
  'evil.example notexact.example exact.example.evil.example exact.examples www.exact.example',
  'allowed.example notallowed.example api.anthropic.com.evil.example api-anthropic.com',
  'xn--exact-example a.allowed.example.evil.example',
];

/** Targets of CONNECT that a gateway whose operator allowed `*.allowed.example` and `exact.example` must refuse. */
export const HOSTILE_TARGETS: readonly string[] = [
  ...WRITTEN.flatMap((line) => line.split(' ')),
  'a'.repeat(64),
  `${'a.'.repeat(130)}allowed.example`,
].map((host) => `${host}:443`);

/** The same with ports that were not allowed. */
export const HOSTILE_PORTS = ['22', '25', '80', '0', '65536', '99999', '-1', '4 43', '443x', '+443', '0443443', ''].map(
  (port) => `exact.example:${port}`,
);
