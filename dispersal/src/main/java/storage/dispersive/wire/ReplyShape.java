package storage.dispersive.wire;

import storage.dispersive.portion.PortionFormat;

/**
 * What the reply to a request looks like, if it is not refused. Lets an engine refuse what it did
 * not ask for before it stores a byte of it, and a pod count what an answer may cost.
 */
public record ReplyShape(FrameType type, int minBulkBytes, int maxBulkBytes) {

    public static ReplyShape of(PodRequest request) {
        return switch (request) {
            case PodRequest.Found _ -> plain(FrameType.FOUNDED);
            case PodRequest.Fence _ -> plain(FrameType.FENCED);
            case PodRequest.ListHeaders list ->
                    new ReplyShape(FrameType.HEADERS, 0, list.maxBytes());
            case PodRequest.Append _ -> plain(FrameType.APPENDED);
            case PodRequest.ReadUnits read -> {
                int bytes = read.units() * PortionFormat.UNIT_BYTES;
                yield new ReplyShape(FrameType.UNITS, bytes, bytes);
            }
            case PodRequest.DeleteSegments _ -> plain(FrameType.DELETED);
            case PodRequest.Forget _ -> plain(FrameType.FORGOTTEN);
            case PodRequest.KeepShare _ -> plain(FrameType.SHARE_KEPT);
            case PodRequest.FetchShare _ -> plain(FrameType.SHARE);
            case PodRequest.Describe _ -> plain(FrameType.DESCRIPTION);
        };
    }

    private static ReplyShape plain(FrameType type) {
        return new ReplyShape(type, 0, 0);
    }

    /** Whether this frame may be the answer. */
    public boolean allows(FrameType answer, int bulkBytes) {
        return answer == FrameType.REFUSED
                || (answer == type && bulkBytes >= minBulkBytes && bulkBytes <= maxBulkBytes);
    }

    /** Whether this reply may be the answer. */
    public boolean allows(PodReply reply) {
        return allows(ReplyCodec.typeOf(reply), ReplyCodec.bulk(reply).readableBytes());
    }
}
