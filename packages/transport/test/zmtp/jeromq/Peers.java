// SPDX-License-Identifier: Apache-2.0
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** One peer of each kind: exchanges messages with the router and publisher at the ports given, one connection after the other. */
public class Peers {
  public static void main(String[] args) {
    String router = "tcp://127.0.0.1:" + args[0];
    String publisher = "tcp://127.0.0.1:" + args[1];
    try (ZContext context = new ZContext()) {
      exchange(context, SocketType.DEALER, null, router);
      exchange(context, SocketType.DEALER, "minion-1", router);
      exchange(context, SocketType.REQ, null, router);
      exchange(context, SocketType.REQ, "client-1", router);
      listen(context, null, publisher);
      listen(context, "listener-1", publisher);
    }
  }

  static void exchange(ZContext context, SocketType type, String identity, String address) {
    ZMQ.Socket socket = context.createSocket(type);
    if (identity != null) socket.setIdentity(identity.getBytes(StandardCharsets.UTF_8));
    // Pings in between, as real peers send them.
    socket.setHeartbeatIvl(100);
    socket.setReceiveTimeOut(10000);
    socket.connect(address);
    for (int size : new int[] {0, 1, 255, 256, 1500}) {
      byte[] text = new byte[size];
      Arrays.fill(text, (byte) 'x');
      socket.send(text);
      byte[] answer = socket.recv();
      if (answer == null || answer.length != size + 3) throw new IllegalStateException("answer to " + size);
    }
    pause(300);
    socket.send("last");
    if (!"re last".equals(socket.recvStr())) throw new IllegalStateException("last answer");
    context.destroySocket(socket);
  }

  static void listen(ZContext context, String identity, String address) {
    ZMQ.Socket socket = context.createSocket(SocketType.SUB);
    if (identity != null) socket.setIdentity(identity.getBytes(StandardCharsets.UTF_8));
    socket.setReceiveTimeOut(10000);
    byte[] topic = new byte[16];
    Arrays.fill(topic, (byte) 'T');
    socket.subscribe(topic);
    byte[] other = new byte[16];
    Arrays.fill(other, (byte) 'U');
    socket.subscribe(other);
    socket.connect(address);
    socket.recv();
    if (!"published".equals(new String(socket.recv(), StandardCharsets.UTF_8))) throw new IllegalStateException("publication");
    socket.unsubscribe(other);
    pause(200);
    context.destroySocket(socket);
  }

  static void pause(int ms) {
    try { Thread.sleep(ms); } catch (InterruptedException e) { throw new IllegalStateException(e); }
  }
}
