// Preloaded into the program: any socket, DNS look-up, or file written or read outside its installation ends it.
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const refuse = (what) => () => {
  process.stderr.write(`expected no I/O, found ${what}\n${new Error().stack}\n`);
  process.exit(99);
};
net.Socket.prototype.connect = refuse('a socket');
dns.lookup = refuse('a DNS look-up');
for (const name of ['writeFile', 'writeFileSync', 'createWriteStream', 'mkdir', 'mkdirSync', 'rename']) {
  fs[name] = refuse(`fs.${name}`);
}
for (const name of ['writeFile', 'mkdir', 'rename', 'readdir', 'readFile', 'open', 'stat']) {
  fs.promises[name] = refuse(`fs.promises.${name}`);
}
syncBuiltinESMExports();
