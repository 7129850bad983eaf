import { expect, test } from 'bun:test';
import { createAddressMemory, openAddressTable } from './address-table.ts';

test('what one thread writes another one reads, by port', () => {
  const memory = createAddressMemory();
  const [writer, reader] = [openAddressTable(memory), openAddressTable(memory)];
  const longest = 'fe80:1111:2222:3333:4444:5555:6666:7777%enp0s31f6extra';
  writer.set(1, '192.0.2.7');
  writer.set(65_535, longest);
  expect([reader.find(1), reader.find(65_535), reader.find(2)]).toEqual(['192.0.2.7', longest, '']);
  writer.set(1, '::1');
  writer.clear(65_535);
  expect([reader.find(1), reader.find(65_535)]).toEqual(['::1', '']);
});
