package storage.dispersive.vnet.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import storage.dispersive.linux.NetworkNamespace;
import storage.dispersive.linux.PacketCapture;
import storage.dispersive.linux.Readiness;
import storage.dispersive.linux.WakeEvent;

/** Datagrams from the left to the right, heard where they arrive. */
class PacketCaptureTest {

    @RegisterExtension final CabledHosts hosts = new CabledHosts();

    private static final int BUFFER_BYTES = 4 << 20;
    private static final int PORT = 4000;
    private static final int PATIENCE_MILLIS = 10_000;

    private final InetSocketAddress there = new InetSocketAddress("198.18.0.2", PORT);

    @Test
    void hearsEachFrameOnceAndTheLinkAtWhichItCame() throws Exception {
        try (PacketCapture capture = hosts.right().call(() -> PacketCapture.open(BUFFER_BYTES));
                WakeEvent wake = new WakeEvent()) {
            send("to be heard", 1);
            assertThat(capture.await(wake)).isEqualTo(Readiness.Outcome.READY);
            List<Integer> heard = heard(capture, "to be heard");
            assertThat(heard).containsExactly(linkIndex(hosts.right()));
            assertThat(capture.lost()).isZero();
        }
    }

    @Test
    void doesNotHearWhatIsSent() throws Exception {
        try (PacketCapture capture = hosts.left().call(() -> PacketCapture.open(BUFFER_BYTES))) {
            send("to be sent", 3);
            assertThat(heard(capture, "to be sent")).isEmpty();
        }
    }

    @Test
    void tellsHowManyFramesItHasLost() throws Exception {
        try (PacketCapture capture = hosts.right().call(() -> PacketCapture.open(4096))) {
            send("too much", 200);
            int heard = heard(capture, "too much").size();
            assertThat(heard).isLessThan(200);
            assertThat(capture.lost()).isGreaterThanOrEqualTo(200 - heard);
            assertThat(capture.lost()).isZero();
        }
    }

    @Test
    void waitsNoLongerWhenItIsWoken() throws Exception {
        try (PacketCapture capture = hosts.left().call(() -> PacketCapture.open(BUFFER_BYTES));
                WakeEvent wake = new WakeEvent()) {
            wake.raise();
            assertThat(capture.await(wake)).isEqualTo(Readiness.Outcome.WOKEN);
        }
    }

    /** Returns when all has arrived, and so has been heard. */
    private void send(String text, int times) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        try (DatagramSocket listener = hosts.right().call(() -> new DatagramSocket(there));
                DatagramChannel sender = hosts.left().call(DatagramChannel::open)) {
            listener.setSoTimeout(PATIENCE_MILLIS);
            DatagramPacket arrived = new DatagramPacket(new byte[64], 64);
            for (int i = 0; i < times; i++) {
                sender.send(bytes.duplicate(), there);
                listener.receive(arrived);
            }
        }
    }

    private static List<Integer> heard(PacketCapture capture, String text) throws IOException {
        List<Integer> links = new ArrayList<>();
        ByteBuffer frame = ByteBuffer.allocateDirect(PacketCapture.MAX_FRAME_BYTES);
        OptionalInt link = capture.receive(frame);
        while (link.isPresent()) {
            if (StandardCharsets.ISO_8859_1.decode(frame).toString().endsWith(text)) {
                links.add(link.getAsInt());
            }
            link = capture.receive(frame.clear());
        }
        return links;
    }

    private static int linkIndex(NetworkNamespace host) throws IOException {
        return host.call(() -> {
            try (NetworkLinks links = NetworkLinks.open()) {
                return links.get("cable").index();
            }
        });
    }
}
