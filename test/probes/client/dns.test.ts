import { createSocket, type Socket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { createDnsClient, parentZones } from "../../../probes/client/dns.ts";

const TYPES = { A: 1, NS: 2, SOA: 6 } as const;

/** The records of a server by `name type`, each the data of a resource record. */
type Records = Readonly<Record<string, Buffer>>;

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

const encodeName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);

const soa = (serial: number): Buffer => {
  const numbers = Buffer.alloc(20);
  numbers.writeUInt32BE(serial, 0);
  return Buffer.concat([encodeName("ns1.game.test"), encodeName("root.game.test"), numbers]);
};
const a = (address: string): Buffer => Buffer.from(address.split(".").map(Number));

/** Answers questions with the given records, and NXDOMAIN to others. */
function answer(question: Buffer, records: Records): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question.readUInt8(at); length > 0; length = question.readUInt8(at)) {
    labels.push(
      question
        .subarray(at + 1, at + 1 + length)
        .toString()
        .toLowerCase(),
    );
    at += length + 1;
  }
  const type = question.readUInt16BE(at + 1);
  const [typeName] = Object.entries(TYPES).find(([, code]) => code === type) ?? [];
  const data = records[`${labels.join(".")} ${typeName}`];
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(data === undefined ? 0x8183 : 0x8580, 2);
  header.writeUInt16BE(data === undefined ? 0 : 1, 6);
  header.writeUInt32BE(0, 8);
  const asked = question.subarray(12, at + 5);
  if (data === undefined) return Buffer.concat([header, asked]);
  const fields = Buffer.alloc(12);
  fields.writeUInt16BE(0xc00c, 0);
  fields.writeUInt16BE(type, 2);
  fields.writeUInt16BE(1, 4);
  fields.writeUInt32BE(60, 6);
  fields.writeUInt16BE(data.length, 10);
  return Buffer.concat([header, asked, fields, data]);
}

/** A real DNS server on loopback. */
async function serveDns(records: Records, port = 0): Promise<number> {
  const socket = createSocket("udp4");
  sockets.push(socket);
  socket.on("message", (message, { port: client, address }) =>
    socket.send(answer(message, records), client, address),
  );
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.bind(port, "127.0.0.1", resolve);
  await promise;
  return (socket.address() as AddressInfo).port;
}

const DELEGATION: Records = {
  "game.test NS": encodeName("ns1.game.test"),
  "ns1.game.test A": a("127.0.0.1"),
};

async function inspect(name: string, resolver: Records, server: Records) {
  const [recursive, authoritative] = await Promise.all([serveDns(resolver), serveDns(server)]);
  const inspectZone = createDnsClient({
    timeoutMs: 500,
    resolvers: [`127.0.0.1:${recursive}`],
    port: authoritative,
  });
  return inspectZone(name);
}

test("the zone above a name is found, and its server is asked for it directly", async () => {
  expect(await inspect("play.game.test", DELEGATION, { "game.test SOA": soa(7) })).toEqual({
    zone: "game.test",
    servers: [{ name: "ns1.game.test", serial: 7 }],
  });
});

test("a server that does not know the zone is reported: the delegation is lame", async () => {
  expect(await inspect("play.game.test", DELEGATION, {})).toEqual({
    zone: "game.test",
    servers: [{ name: "ns1.game.test", problem: "ENOTFOUND" }],
  });
});

test("a server without an address is reported", async () => {
  const { "ns1.game.test A": _, ...withoutAddress } = DELEGATION;
  expect(await inspect("play.game.test", withoutAddress, { "game.test SOA": soa(7) })).toMatchObject({
    servers: [{ name: "ns1.game.test", problem: "ENOTFOUND" }],
  });
});

test("a name in no delegated zone has none", async () => {
  expect(await inspect("play.other.test", DELEGATION, {})).toBeUndefined();
});

test("a resolver that does not answer is an error, not a missing zone", async () => {
  const silent = createSocket("udp4");
  sockets.push(silent);
  const { promise, resolve } = Promise.withResolvers<void>();
  silent.bind(0, "127.0.0.1", resolve);
  await promise;
  const resolvers = [`127.0.0.1:${(silent.address() as AddressInfo).port}`];
  await expect(createDnsClient({ timeoutMs: 100, resolvers })("play.game.test")).rejects.toThrow(/ETIMEOUT/);
});

test("the top-level domain is no zone of an operator", () => {
  expect(parentZones("play.game.example.")).toEqual(["play.game.example", "game.example"]);
});
