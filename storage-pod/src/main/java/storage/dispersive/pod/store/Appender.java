package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import storage.dispersive.pod.disk.DiskFullException;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Holder;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.MalformedPortionException;
import storage.dispersive.portion.PortionFormat;
import storage.dispersive.portion.PortionHeader;
import storage.dispersive.portion.StripeHeader;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodReply.Refused;
import storage.dispersive.wire.PodRequest;
import storage.dispersive.wire.Refusal;

/** Answers appends: checks in the order that the protocol asks for, then the write. */
final class Appender {

    private final Environment environment;
    private final Incarnation incarnation;

    Appender(Environment environment, Incarnation incarnation) {
        this.environment = environment;
        this.incarnation = incarnation;
    }

    /** The buffer stays the caller's. */
    void append(Volume volume, PodRequest.Append request, Consumer<PodReply> reply)
            throws IOException {
        ByteBuf portion = request.portion();
        PortionHeader header;
        try {
            header = PortionFormat.readHeader(portion.duplicate());
        } catch (MalformedPortionException e) {
            reply.accept(Answers.invalid(String.valueOf(e.getMessage())));
            return;
        }
        boolean epochFirst = environment.enforces(StoreRule.EPOCH_BEFORE_DUPLICATE);
        Refused refused = refusePlace(volume, header, portion);
        if (refused == null && epochFirst) {
            refused = refuseEpoch(volume.record(), header.stripe());
        }
        if (refused == null
                && !Checksums.match(
                        portion,
                        portion.readerIndex() + header.headerBytes(),
                        header::unitSum,
                        0,
                        header.unitSums().length)) {
            refused = Answers.invalid("the payload does not match the header's checksums");
        }
        if (refused != null) {
            reply.accept(refused);
            return;
        }
        Volume.Place place = volume.find(header.key());
        if (place != null) {
            repeat(volume, place, portion, reply);
            return;
        }
        refused = epochFirst ? null : refuseEpoch(volume.record(), header.stripe());
        if (refused != null) {
            reply.accept(refused);
            return;
        }
        write(volume, header, portion, reply);
    }

    private @Nullable Refused refusePlace(Volume volume, PortionHeader header, ByteBuf portion) {
        StripeHeader stripe = header.stripe();
        if (portion.readableBytes() != header.portionBytes()) {
            return Answers.invalid("the portion has not the length that its header says");
        }
        if (!stripe.volume().equals(volume.id())) {
            return Answers.invalid("the portion is of volume " + stripe.volume());
        }
        Holder holder = stripe.holder(header.index());
        if (holder.slot() != volume.record().slot()) {
            return Answers.invalid(
                    "the portion is for slot "
                            + holder.slot()
                            + ", and here is slot "
                            + volume.record().slot());
        }
        if (environment.enforces(StoreRule.INCARNATION_CHECKED)
                && !holder.incarnation().equals(incarnation)) {
            return Refused.because(
                    Refusal.OTHER_INCARNATION,
                    "the portion is for incarnation "
                            + holder.incarnation()
                            + ", and this is "
                            + incarnation);
        }
        return null;
    }

    private @Nullable Refused refuseEpoch(VolumeRecord record, StripeHeader stripe) {
        Epoch fence = record.fence();
        if (stripe.epoch().isBelow(fence)) {
            return Answers.fenced(fence, "epoch " + stripe.epoch() + " was fenced off");
        }
        if (stripe.epoch().isAbove(fence)) {
            return Answers.invalid(
                    "epoch " + stripe.epoch() + " must fence before it writes; here is " + fence);
        }
        if (environment.enforces(StoreRule.EQUAL_FENCE_ONLY_SAME_RUN)
                && !stripe.sender().equals(record.run())) {
            return Answers.fenced(fence, "epoch " + fence + " belongs to run " + record.run());
        }
        return null;
    }

    private void repeat(
            Volume volume, Volume.Place place, ByteBuf portion, Consumer<PodReply> reply) {
        switch (place) {
            case Volume.Place.Unreadable() -> {
                volume.setDamaged();
                reply.accept(
                        Refused.because(
                                Refusal.CORRUPT, "a portion of this seq is here and damaged"));
            }
            case Volume.Place.At at -> {
                Refused refused =
                        environment.enforces(StoreRule.DUPLICATE_EQUAL_TO_THE_BYTE)
                                ? refuseOtherBytes(at, portion)
                                : null;
                if (refused != null) {
                    reply.accept(refused);
                    return;
                }
                long end = at.offset() + at.record().recordBytes();
                if (end <= at.file().durableBytes()) {
                    reply.accept(new PodReply.Appended());
                } else {
                    at.file().commit().await(end, Answers.when(reply, new PodReply.Appended()));
                }
            }
        }
    }

    private @Nullable Refused refuseOtherBytes(Volume.Place.At at, ByteBuf portion) {
        Refused conflict =
                Refused.because(Refusal.CONFLICT, "other bytes are stored as " + at.record().key());
        int bytes = at.record().headerBytes() + at.record().payloadBytes();
        if (bytes != portion.readableBytes()) {
            return conflict;
        }
        ByteBuf stored = environment.buffers().directBuffer(bytes, bytes);
        try {
            ByteBuffer target = stored.nioBuffer(0, bytes);
            long offset = at.offset() + RecordFormat.PREFIX_BYTES;
            stored.writerIndex(environment.files().get(at.file()).read(target, offset));
            return ByteBufUtil.equals(stored, portion) ? null : conflict;
        } catch (IOException e) {
            return Refused.because(Refusal.CORRUPT, "the disk cannot read what is stored: " + e);
        } finally {
            stored.release();
        }
    }

    private void write(
            Volume volume, PortionHeader header, ByteBuf portion, Consumer<PodReply> reply)
            throws IOException {
        StripeHeader stripe = header.stripe();
        long recordBytes = RecordFormat.recordBytes(portion.readableBytes());
        if (!environment.backlog().hasRoom(recordBytes)) {
            reply.accept(Refused.because(Refusal.BUSY, "too much is on its way to the disk"));
            return;
        }
        // Up to its start an epoch only sends what an attach needs: a full store must allow that.
        SpaceBudget.Purpose purpose =
                stripe.seq() <= stripe.epochStartSeq()
                        ? SpaceBudget.Purpose.ATTACHING
                        : SpaceBudget.Purpose.ORDINARY;
        SegmentFile file = volume.fileFor(stripe.segment(), recordBytes, stripe.seq());
        boolean fits =
                file != null
                        ? hasRoom(file.growthFor(recordBytes), purpose)
                        : hasRoomForNewFile(recordBytes, purpose);
        if (!fits) {
            reply.accept(Refused.because(Refusal.NO_SPACE, "the store is full"));
            return;
        }
        if (file == null) {
            file = volume.createFile(stripe.segment());
        }
        long end;
        try {
            end = file.append(header.key(), header.headerBytes(), portion);
        } catch (DiskFullException e) {
            reply.accept(Answers.failed(e));
            return;
        }
        volume.appended(file, stripe.seq());
        file.commit().await(end, Answers.when(reply, new PodReply.Appended()));
    }

    private boolean hasRoomForNewFile(long recordBytes, SpaceBudget.Purpose purpose)
            throws IOException {
        SparePool spares = environment.spares();
        long end = Staging.pageEnd(SegmentHeader.BYTES + recordBytes);
        long there = spares.isEmpty() ? 0 : spares.nextBytes();
        return hasRoom(Math.max(0, end - there), purpose);
    }

    private boolean hasRoom(long growthBytes, SpaceBudget.Purpose purpose) throws IOException {
        while (!environment.space().allows(growthBytes, purpose)) {
            if (environment.spares().isEmpty()) {
                return false;
            }
            environment.spares().drop();
        }
        return true;
    }
}
