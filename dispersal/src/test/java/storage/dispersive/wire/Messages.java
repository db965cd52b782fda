package storage.dispersive.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionKey;
import storage.dispersive.portion.RunId;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.wire.PodConnector.SessionKind;

/** One of each message, as the golden bytes have them. */
public final class Messages {

    static final long REQUEST_ID = 0x0102030405060708L;

    public static final VolumeId VOLUME = new VolumeId(0x0123456789abcdefL, 0xfedcba9876543210L);
    public static final Incarnation INCARNATION = new Incarnation(0xa1);
    public static final Epoch EPOCH = new Epoch(7, 9);

    private Messages() {}

    public static Map<String, PodRequest> requests() {
        Map<String, PodRequest> all = new LinkedHashMap<>();
        all.put("found", new PodRequest.Found(VOLUME, 5, new Code(4, 2)));
        RunId run = new RunId(0x1111111111111111L, 0x2222222222222222L);
        all.put("fence", new PodRequest.Fence(VOLUME, INCARNATION, EPOCH, run));
        all.put("listHeaders", new PodRequest.ListHeaders(VOLUME, INCARNATION, EPOCH, 77, 1 << 20));
        ByteBuf portion = Unpooled.buffer(16);
        for (int i = 0; i < 16; i++) {
            portion.writeByte(i);
        }
        all.put("append", new PodRequest.Append(VOLUME, INCARNATION, portion));
        PortionKey key = new PortionKey(new Epoch(6, 8), 1234, 3, 5);
        all.put("readUnits", new PodRequest.ReadUnits(VOLUME, INCARNATION, EPOCH, key, 17, 4));
        all.put(
                "deleteSegments",
                new PodRequest.DeleteSegments(VOLUME, INCARNATION, EPOCH, List.of(3L, 1L << 40)));
        all.put("forget", new PodRequest.Forget(VOLUME, INCARNATION, EPOCH));
        all.put("keepShare", new PodRequest.KeepShare(VOLUME, INCARNATION, new byte[] {1, 2, 3}));
        all.put("fetchShare", new PodRequest.FetchShare(VOLUME, INCARNATION));
        all.put("describe", new PodRequest.Describe(VOLUME));
        return all;
    }

    public static Map<String, PodReply> replies() {
        Map<String, PodReply> all = new LinkedHashMap<>();
        all.put("founded", new PodReply.Founded(INCARNATION));
        all.put("fenced", new PodReply.Fenced());
        ByteBuf headers =
                Unpooled.wrappedBuffer(new byte[] {(byte) 0xaa, (byte) 0xbb, (byte) 0xcc});
        all.put(
                "headers",
                new PodReply.Headers(headers, PodReply.Headers.END, PodReply.Damage.SOME));
        all.put("appended", new PodReply.Appended());
        all.put("deleted", new PodReply.Deleted());
        all.put("forgotten", new PodReply.Forgotten());
        all.put("shareKept", new PodReply.ShareKept());
        all.put("share", new PodReply.Share(new byte[] {9, 8}));
        all.put(
                "description",
                new PodReply.Description(
                        INCARNATION, PodReply.Presence.FOUNDED, EPOCH, 10, 20, 30));
        all.put("refused", new PodReply.Refused(Refusal.FENCED, EPOCH, "voll: \u00e9"));
        return all;
    }

    static PodReply.Units units(int count) {
        return new PodReply.Units(Unpooled.buffer().writeZero(count * PortionFormat.UNIT_BYTES));
    }

    static Map<String, Greeting> greetings() {
        Map<String, Greeting> all = new LinkedHashMap<>();
        PodName pod = new PodName("pod-3");
        all.put(
                "hello",
                new Greeting.Hello(new Greeting.Versions(1, 3), VOLUME, SessionKind.READ, 31, pod));
        all.put("welcome", new Greeting.Welcome(1, pod, INCARNATION, 256, 1 << 24));
        all.put(
                "denied",
                new Greeting.Denied(Greeting.Reason.VERSION, new Greeting.Versions(1, 1), "no"));
        return all;
    }
}
