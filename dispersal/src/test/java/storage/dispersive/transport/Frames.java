package storage.dispersive.transport;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import storage.dispersive.wire.EncodedFrame;
import storage.dispersive.wire.Greeting;
import storage.dispersive.wire.GreetingCodec;
import storage.dispersive.wire.PodConnector.SessionKind;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.RequestCodec;

/** Frames as hexadecimal text, to be sent by callers that do not keep to the protocol. */
final class Frames {

    /** The reason, and the versions, that stand in a DENIED. */
    static final String DENIED_MALFORMED = "050001" + "0001";

    static final String DENIED_TOO_SLOW = "060001" + "0001";

    private Frames() {}

    static String hello() {
        Greeting hello =
                new Greeting.Hello(
                        Greeting.SPOKEN, Network.VOLUME, SessionKind.READ, 0, Network.POD);
        return hex(GreetingCodec.encode(UnpooledByteBufAllocator.DEFAULT, hello));
    }

    static String describe(long requestId) {
        return request(requestId, new PodRequest.Describe(Network.VOLUME));
    }

    static String request(long requestId, PodRequest request) {
        return hex(RequestCodec.encode(UnpooledByteBufAllocator.DEFAULT, requestId, request));
    }

    private static String hex(EncodedFrame frame) {
        return ByteBufUtil.hexDump(Unpooled.wrappedBuffer(frame.head(), frame.bulk()));
    }
}
