package storage.dispersive.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.wire.Messages;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** Answers everything at once, or when told to. */
final class FakeStore implements RequestHandler {

    final List<PodRequest> seen = new CopyOnWriteArrayList<>();
    final List<byte[]> portions = new CopyOnWriteArrayList<>();
    final List<Runnable> held = new ArrayList<>();
    volatile boolean hold;

    @Override
    public void handle(PodRequest request, Consumer<PodReply> answer) {
        seen.add(request);
        if (request instanceof PodRequest.Append append) {
            portions.add(ByteBufUtil.getBytes(append.portion()));
            append.portion().release();
        }
        if (hold) {
            held.add(() -> answer.accept(reply(request)));
        } else {
            answer.accept(reply(request));
        }
    }

    private static PodReply reply(PodRequest request) {
        return switch (request) {
            case PodRequest.Found _ -> known("founded");
            case PodRequest.Fence _ -> known("fenced");
            case PodRequest.ListHeaders _ -> known("headers");
            case PodRequest.Append _ -> known("appended");
            case PodRequest.ReadUnits read -> units(read);
            case PodRequest.DeleteSegments _ -> known("deleted");
            case PodRequest.Forget _ -> known("forgotten");
            case PodRequest.KeepShare _ -> known("shareKept");
            case PodRequest.FetchShare _ -> known("share");
            case PodRequest.Describe _ -> known("description");
        };
    }

    private static PodReply known(String name) {
        return Objects.requireNonNull(Messages.replies().get(name));
    }

    private static PodReply units(PodRequest.ReadUnits read) {
        int bytes = read.units() * PortionFormat.UNIT_BYTES;
        ByteBuffer filled = ByteBuffer.allocate(bytes);
        while (filled.remaining() >= 8) {
            filled.putLong(read.key().seq());
        }
        ByteBuf units = PooledByteBufAllocator.DEFAULT.directBuffer(bytes);
        units.writeBytes(filled.array());
        return new PodReply.Units(units);
    }
}
