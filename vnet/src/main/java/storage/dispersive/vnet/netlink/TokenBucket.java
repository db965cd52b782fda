package storage.dispersive.vnet.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The queueing discipline that bounds what a link sends (tc-tbf(8), linux/pkt_sched.h). */
final class TokenBucket {

    /** Where a link's own discipline hangs. */
    static final int ROOT = 0xFFFFFFFF;

    private static final int TCA_KIND = 1;
    private static final int TCA_OPTIONS = 2;
    private static final int TCA_TBF_PARMS = 1;
    private static final int TCA_TBF_RATE64 = 4;
    private static final int TCA_TBF_BURST = 6;
    private static final int LINK_LAYER_ETHERNET = 1;
    private static final int LINK_LAYER_OFFSET = 1;
    private static final int RATE_BYTES = 12;
    private static final int RATE_OFFSET = 8;
    private static final int LIMIT_OFFSET = 2 * RATE_BYTES;
    private static final int PARAMETER_BYTES = LIMIT_OFFSET + 3 * Integer.BYTES;
    private static final long MOST_IN_32_BITS = 0xFFFF_FFFFL;

    /** The bucket holds what comes in so long, and at least some packets of offloaded TCP. */
    private static final int BURSTS_PER_SECOND = 100;

    private static final int LEAST_BURST_BYTES = 256 << 10;
    private static final int MOST_BURST_BYTES = 64 << 20;
    private static final int QUEUE_BYTES = 4 << 20;

    private TokenBucket() {}

    static void write(NetlinkRequest request, long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a rate of " + bytesPerSecond + " bytes a second");
        }
        int burst =
                Math.clamp(bytesPerSecond / BURSTS_PER_SECOND, LEAST_BURST_BYTES, MOST_BURST_BYTES);
        byte[] rate = inOrder(Long.BYTES).putLong(bytesPerSecond).array();
        request.attributeText(TCA_KIND, "tbf")
                .nested(
                        TCA_OPTIONS,
                        () ->
                                request.attribute(TCA_TBF_PARMS, parameters(bytesPerSecond))
                                        .attribute(TCA_TBF_RATE64, rate)
                                        .attributeInt(TCA_TBF_BURST, burst));
    }

    /** struct tc_tbf_qopt: the rate, no peak rate, and how many bytes may wait. */
    private static byte[] parameters(long bytesPerSecond) {
        return inOrder(PARAMETER_BYTES)
                .put(LINK_LAYER_OFFSET, (byte) LINK_LAYER_ETHERNET)
                .putInt(RATE_OFFSET, (int) Math.min(bytesPerSecond, MOST_IN_32_BITS))
                .putInt(LIMIT_OFFSET, QUEUE_BYTES)
                .array();
    }

    private static ByteBuffer inOrder(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }
}
