package storage.dispersive.trials.capture;

import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.wire.Frame;
import storage.dispersive.wire.FrameReader;
import storage.dispersive.wire.FrameSink;
import storage.dispersive.wire.FrameType;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.GreetingCodec;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.RequestCodec;

/** What was said over one connection to a pod, frame by frame. */
public final class PodTalk {

    private final List<PortionHeader> appended = new ArrayList<>();
    private final Map<Long, PodRequest.ReadUnits> asked = new HashMap<>();
    private final List<PodRequest.ReadUnits> answered = new ArrayList<>();
    private final List<Greeting.Hello> hellos = new ArrayList<>();
    private final Set<FrameType> types = EnumSet.noneOf(FrameType.class);

    private PodTalk() {}

    /**
     * Reads all frames of both sides.
     *
     * @throws storage.dispersive.wire.MalformedFrameException if it is no conversation with a pod
     */
    public static PodTalk of(Conversation opened) {
        PodTalk talk = new PodTalk();
        read(opened.fromClient(), talk::request);
        read(opened.fromServer(), talk::reply);
        return talk;
    }

    /** What the caller said that it wanted, and of whom. */
    public Greeting.Hello hello() {
        return hellos.getFirst();
    }

    /** The headers of all portions that were sent. */
    public List<PortionHeader> appended() {
        return List.copyOf(appended);
    }

    /** The requests that the pod answered with units of a portion. */
    public List<PodRequest.ReadUnits> answeredReads() {
        return List.copyOf(answered);
    }

    /** Of all frames of either side. */
    public Set<FrameType> types() {
        return EnumSet.copyOf(types);
    }

    private void request(Frame frame) {
        types.add(frame.type());
        if (frame.type() == FrameType.HELLO) {
            if (GreetingCodec.decode(frame) instanceof Greeting.Hello hello) {
                hellos.add(hello);
            }
            return;
        }
        if (!frame.type().isRequest()) {
            frame.bulk().release();
            return;
        }
        switch (RequestCodec.decode(frame)) {
            case PodRequest.Append append -> {
                appended.add(PortionFormat.readHeader(append.portion().slice()));
                append.portion().release();
            }
            case PodRequest.ReadUnits read -> asked.put(frame.requestId(), read);
            case PodRequest.Found _, PodRequest.Fence _, PodRequest.ListHeaders _ -> {}
            case PodRequest.DeleteSegments _, PodRequest.Forget _, PodRequest.Describe _ -> {}
            case PodRequest.KeepShare _, PodRequest.FetchShare _ -> {}
        }
    }

    private void reply(Frame frame) {
        types.add(frame.type());
        if (frame.type() == FrameType.UNITS) {
            PodRequest.ReadUnits request = asked.get(frame.requestId());
            if (request == null
                    || frame.bulk().readableBytes() != request.units() * PortionFormat.UNIT_BYTES) {
                throw new IllegalStateException("units that nobody asked for");
            }
            answered.add(request);
        }
        frame.bulk().release();
    }

    private static void read(byte[] said, Consumer<Frame> hearer) {
        FrameReader reader =
                new FrameReader(
                        UnpooledByteBufAllocator.DEFAULT,
                        new FrameSink() {
                            @Override
                            public void expect(FrameType type, long requestId, int bulkBytes) {}

                            @Override
                            public void accept(Frame frame) {
                                hearer.accept(frame);
                            }

                            @Override
                            public boolean isReady() {
                                return true;
                            }
                        });
        reader.read(Unpooled.wrappedBuffer(said));
        reader.close();
    }
}
