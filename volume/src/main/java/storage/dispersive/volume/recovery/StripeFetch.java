package storage.dispersive.volume.recovery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import storage.dispersive.erasure.ErasureCode;
import storage.dispersive.loop.EventLoop;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.volume.pods.PodLink;
import storage.dispersive.volume.pods.Pods;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodSession.ReplyListener;

/**
 * Fetches a whole stripe that is to be dispersed again: as many portions as decode it, from the
 * pods that listed them; again and again while too few answer. Used on the loop's thread only.
 */
final class StripeFetch {

    private static final long RETRY_MILLIS = 50;

    /** Takes the sealed blocks over. */
    interface Listener {
        void fetched(ByteBuf sealedBlocks);
    }

    private final StripeHeader header;
    private final Code code;
    private final Pods pods;
    private final EventLoop loop;
    private final ByteBufAllocator buffers;
    private final Listener listener;
    private final @Nullable ByteBuf[] portions;
    private int asked;
    private int underWay;
    private int present;
    private boolean closed;

    StripeFetch(
            Sighting sighting,
            Pods pods,
            EventLoop loop,
            ByteBufAllocator buffers,
            Listener listener) {
        this.header = sighting.header();
        this.code = header.code();
        this.pods = pods;
        this.loop = loop;
        this.buffers = buffers;
        this.listener = listener;
        this.portions = new ByteBuf[code.portions()];
    }

    void start() {
        if (closed) {
            return;
        }
        asked = 0;
        step();
    }

    void close() {
        closed = true;
        for (ByteBuf portion : portions) {
            if (portion != null) {
                portion.release();
            }
        }
    }

    private void step() {
        while (present + underWay < code.dataPortions() && asked < code.portions()) {
            ask(asked++);
        }
        if (present >= code.dataPortions()) {
            ByteBuf blocks = assemble();
            close();
            listener.fetched(blocks);
        } else if (underWay == 0) {
            loop.schedule(RETRY_MILLIS, this::start);
        }
    }

    private void ask(int index) {
        int units = code.unitsIn(index, header.blocks());
        if (portions[index] != null) {
            return;
        }
        PodLink link = pods.link(header.holder(index).slot());
        if (units == 0) {
            portions[index] = buffers.directBuffer(1);
            present++;
        } else if (link.canRead()) {
            underWay++;
            link.read(header.key(index), 0, units, new Answer(index, units));
        }
    }

    /** Puts the data portions one after the other, and computes those that are missing. */
    private ByteBuf assemble() {
        int full = code.unitsPerPortion(header.blocks()) * PortionFormat.UNIT_BYTES;
        int bytes = header.blocks() * PortionFormat.UNIT_BYTES;
        ByteBuf blocks = buffers.directBuffer(Math.max(1, bytes));
        blocks.writerIndex(bytes);
        MemorySegment all = MemorySegment.ofBuffer(blocks.nioBuffer());
        @Nullable MemorySegment[] from = new MemorySegment[portions.length];
        for (int index = 0; index < portions.length; index++) {
            ByteBuf portion = portions[index];
            if (portion != null) {
                from[index] = MemorySegment.ofBuffer(portion.nioBuffer());
            }
        }
        for (int index = 0; index < code.dataPortions(); index++) {
            long at = Math.min((long) index * full, bytes);
            MemorySegment to = all.asSlice(at, Math.min(full, bytes - at));
            MemorySegment portion = from[index];
            if (portion != null) {
                to.copyFrom(portion);
            } else if (to.byteSize() > 0) {
                ErasureCode.of(code.dataPortions(), code.parityPortions())
                        .reconstruct(from, new int[] {index}, new MemorySegment[] {to}, full);
            }
        }
        return blocks;
    }

    /** One portion's answer. */
    private final class Answer implements ReplyListener {
        private final int index;
        private final int units;

        Answer(int index, int units) {
            this.index = index;
            this.units = units;
        }

        @Override
        public void answered(PodReply reply) {
            underWay--;
            if (closed) {
                return;
            }
            if (reply instanceof PodReply.Units(ByteBuf found)
                    && found.readableBytes() == units * PortionFormat.UNIT_BYTES) {
                portions[index] = found.retainedSlice();
                present++;
            }
            step();
        }

        @Override
        public void lost() {
            underWay--;
            if (!closed) {
                step();
            }
        }
    }
}
