// Socket.IO as it would serve pins: a room per tile, WebSocket only, no compression, one process.
const { createServer } = require('node:http');
const { Server } = require('socket.io');

const server = createServer();
const io = new Server(server, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
io.on('connection', socket => {
  socket.on('join', tiles => socket.join(tiles));
  socket.on('publish', (tile, body) => io.to(tile).emit('pin', body));
});
server.listen(0, '127.0.0.1', () => console.log(`LISTENING ${server.address().port}`));
