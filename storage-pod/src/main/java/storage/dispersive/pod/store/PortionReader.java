package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.HeaderView;
import storage.dispersive.portion.MalformedPortionException;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** Answers what only reads: lists of headers, and sealed blocks. */
final class PortionReader {

    /** Bounds the time that one list takes on the loop. */
    static final int MAX_LISTED = 1024;

    private static final int CURSOR_SECTOR_BITS = 31;

    private final Environment environment;

    PortionReader(Environment environment) {
        this.environment = environment;
    }

    void list(Volume volume, PodRequest.ListHeaders request, Consumer<PodReply> reply) {
        Epoch fence = volume.record().fence();
        if (request.epoch().isBelow(fence)) {
            reply.accept(Answers.fenced(fence, "only the epoch that fenced last may list"));
        } else if (request.epoch().isAbove(fence)) {
            reply.accept(Answers.invalid("fence with " + request.epoch() + " before listing"));
        } else if (environment.enforces(StoreRule.FENCE_IS_A_BARRIER)
                && !fence.equals(volume.established())) {
            reply.accept(Refused.because(Refusal.BUSY, "the fence does not stand yet"));
        } else {
            reply.accept(page(volume, request));
        }
    }

    private PodReply.Headers page(Volume volume, PodRequest.ListHeaders request) {
        int firstOrdinal =
                (int) Math.min(Integer.MAX_VALUE, request.cursor() >>> CURSOR_SECTOR_BITS);
        long firstSector = request.cursor() & (1L << CURSOR_SECTOR_BITS) - 1;
        ByteBuf out = environment.buffers().directBuffer();
        int listed = 0;
        for (SegmentFile file : volume.filesFrom(firstOrdinal)) {
            int ordinal = file.header().ordinal();
            long from = ordinal == firstOrdinal ? firstSector : 0;
            long end =
                    environment.enforces(StoreRule.LIST_ONLY_DURABLE)
                            ? file.durableBytes()
                            : file.writtenBytes();
            int[] sectors = file.index().sectorsBetween(from * RecordFormat.SECTOR_BYTES, end);
            for (int sector : sectors) {
                if (listed == MAX_LISTED || !copyHeader(volume, file, sector, out, request)) {
                    long next = (long) ordinal << CURSOR_SECTOR_BITS | sector;
                    return new PodReply.Headers(out, next, volume.damage());
                }
                listed++;
            }
        }
        return new PodReply.Headers(out, PodReply.Headers.END, volume.damage());
    }

    /** False if the header does not fit any more; a damaged one is left out. */
    private boolean copyHeader(
            Volume volume,
            SegmentFile file,
            int sector,
            ByteBuf out,
            PodRequest.ListHeaders request) {
        long offset = (long) sector * RecordFormat.SECTOR_BYTES;
        RecordFormat.Prefix record = volume.head(file, offset);
        if (record == null) {
            volume.setDamaged();
            return true;
        }
        if (out.readableBytes() + record.headerBytes() > request.maxBytes()) {
            return false;
        }
        out.writeBytes(
                environment.reader().head(), RecordFormat.PREFIX_BYTES, record.headerBytes());
        return true;
    }

    void read(Volume volume, PodRequest.ReadUnits request, Consumer<PodReply> reply) {
        Epoch fence = volume.record().fence();
        if (request.epoch().isBelow(fence)) {
            reply.accept(Answers.fenced(fence, "epoch " + request.epoch() + " was fenced off"));
            return;
        }
        try {
            reply.accept(read(volume, request));
        } catch (IOException e) {
            volume.setDamaged();
            reply.accept(Refused.because(Refusal.CORRUPT, "the disk cannot read it: " + e));
        }
    }

    private PodReply read(Volume volume, PodRequest.ReadUnits request) throws IOException {
        return switch (volume.find(request.key())) {
            case null -> Refused.because(Refusal.NOT_FOUND, "no portion " + request.key());
            case Volume.Place.Unreadable() -> {
                volume.setDamaged();
                yield Refused.because(Refusal.CORRUPT, "the head of a portion is damaged");
            }
            case Volume.Place.At at ->
                    at.offset() < at.file().durableBytes()
                            ? units(at, request)
                            : Refused.because(Refusal.NOT_FOUND, "not durable yet");
        };
    }

    private PodReply units(Volume.Place.At at, PodRequest.ReadUnits request) throws IOException {
        ByteBuf head = environment.reader().head();
        HeaderView header = headerOf(request, head, at.record());
        if (header == null) {
            return Refused.because(Refusal.CORRUPT, "the portion's header is damaged");
        }
        if (request.firstUnit() + request.units() > header.units()) {
            return Answers.invalid("the portion has " + header.units() + " units");
        }
        int bytes = request.units() * PortionFormat.UNIT_BYTES;
        int from = at.record().headBytes() + request.firstUnit() * PortionFormat.UNIT_BYTES;
        ByteBuf units = environment.buffers().directBuffer(bytes, bytes);
        boolean good = false;
        try {
            if (from + bytes <= head.writerIndex()) {
                units.writeBytes(head, from, bytes);
            } else {
                DiskFile handle = environment.files().get(at.file());
                units.writerIndex(handle.read(units.nioBuffer(0, bytes), at.offset() + from));
            }
            good =
                    units.readableBytes() == bytes
                            && Checksums.match(
                                    units,
                                    0,
                                    header::unitSum,
                                    request.firstUnit(),
                                    request.units());
            return good
                    ? new PodReply.Units(units)
                    : Refused.because(Refusal.CORRUPT, "a sealed block is damaged");
        } finally {
            if (!good) {
                units.release();
            }
        }
    }

    /** The header behind a record's prefix; null if it is not that of what is asked for. */
    private static @Nullable HeaderView headerOf(
            PodRequest.ReadUnits request, ByteBuf head, RecordFormat.Prefix record) {
        try {
            HeaderView header =
                    PortionFormat.viewHeader(
                            head.slice(RecordFormat.PREFIX_BYTES, record.headerBytes()));
            boolean isAskedFor =
                    header.key().equals(request.key()) && header.volume().equals(request.volume());
            return isAskedFor ? header : null;
        } catch (MalformedPortionException e) {
            return null;
        }
    }
}
