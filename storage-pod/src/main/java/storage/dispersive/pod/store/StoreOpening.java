package storage.dispersive.pod.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import storage.dispersive.pod.disk.Disk;
import storage.dispersive.pod.disk.DiskFile;
import storage.dispersive.pod.disk.DiskFullException;
import storage.dispersive.pod.disk.DiskLockedException;
import storage.dispersive.pod.store.StoreException.Reason;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;

/** Founds a store in an empty directory, or finds out what an existing one holds. */
final class StoreOpening {

    private static final Logger LOG = LoggerFactory.getLogger(StoreOpening.class);
    private static final int MAX_META_BYTES = 4096;

    private final Environment environment;
    private final Disk disk;
    private final PodIdentity pod;
    private final Map<VolumeId, Volume> volumes = new HashMap<>();
    private final Map<VolumeId, String> quarantined = new HashMap<>();

    StoreOpening(Environment environment, PodIdentity pod) {
        this.environment = environment;
        this.disk = environment.disk();
        this.pod = pod;
    }

    Map<VolumeId, Volume> volumes() {
        return volumes;
    }

    /** Volumes whose record is damaged, and what is wrong with it. */
    Map<VolumeId, String> quarantined() {
        return quarantined;
    }

    Incarnation run() throws StoreException {
        try {
            disk.claim();
        } catch (NotDirectoryException e) {
            throw new StoreException(
                    Reason.NOT_A_DIRECTORY,
                    "The store's place is not a directory: "
                            + e.getMessage()
                            + ". Name a directory, or move the file away.",
                    e);
        } catch (AccessDeniedException | ReadOnlyFileSystemException e) {
            throw new StoreException(
                    Reason.NOT_WRITABLE,
                    "The store's directory cannot be written: "
                            + e.getMessage()
                            + ". Give this process the right to write it.",
                    e);
        } catch (DiskLockedException e) {
            throw new StoreException(
                    Reason.LOCKED,
                    "Another process uses this store: "
                            + e.getMessage()
                            + ". Stop it, or give this pod a directory of its own.",
                    e);
        } catch (IOException e) {
            throw failed(e);
        }
        boolean opened = false;
        try {
            Incarnation incarnation = openClaimed();
            opened = true;
            return incarnation;
        } catch (IOException e) {
            throw failed(e);
        } finally {
            if (!opened) {
                environment.files().closeAll();
                disk.close();
            }
        }
    }

    private static StoreException failed(IOException e) {
        return e instanceof DiskFullException
                ? new StoreException(
                        Reason.NO_SPACE,
                        "There is no room to open the store; free some on its disk.",
                        e)
                : new StoreException(
                        Reason.IO, "The disk of the store failed: " + e + ". Look after it.", e);
    }

    private Incarnation openClaimed() throws IOException, StoreException {
        List<String> names = List.copyOf(new TreeSet<>(disk.list()));
        StoreRecord record = names.contains(StoreRecord.NAME) ? readStore() : found(names);
        if (!record.pod().equals(pod)) {
            throw new StoreException(
                    Reason.OTHER_POD,
                    "This directory is the store of pod "
                            + record.pod()
                            + ", and this is pod "
                            + pod
                            + ". Give each pod its own directory.");
        }
        for (String name : names) {
            if (name.endsWith(VolumeState.NEW_SUFFIX)) {
                disk.delete(name);
            } else if (name.startsWith(SparePool.PREFIX)) {
                environment.spares().found(name, sizeOf(name));
            } else if (name.endsWith(VolumeState.SUFFIX)) {
                readVolume(name);
            }
        }
        finishForgetting(names);
        for (String name : disk.list().stream().sorted().toList()) {
            if (name.endsWith(SegmentHeader.SUFFIX)) {
                readSegment(name);
            }
        }
        // A process that was killed may have renamed and not synced: what was read counts from now.
        disk.syncDirectoryNow();
        return record.incarnation();
    }

    private StoreRecord found(List<String> names) throws IOException, StoreException {
        for (String name : names) {
            boolean isOwn = name.startsWith(StoreRecord.NAME + VolumeState.NEW_SUFFIX);
            if (!isOwn) {
                throw new StoreException(
                        Reason.NOT_A_STORE,
                        "The directory holds "
                                + name
                                + " but no store. Name an empty directory; if this was a store,"
                                + " its file '"
                                + StoreRecord.NAME
                                + "' is lost, and the pod must be wiped and rebuilt.");
            }
        }
        long incarnation = 0;
        while (incarnation == 0) {
            incarnation = environment.random().nextLong();
        }
        StoreRecord record = new StoreRecord(pod, new Incarnation(incarnation));
        String newName = StoreRecord.NAME + VolumeState.NEW_SUFFIX;
        disk.delete(newName);
        DiskFile file = disk.create(newName);
        file.write(record.encode().nioBuffer(), 0);
        file.syncNow();
        file.close();
        disk.rename(newName, StoreRecord.NAME);
        disk.syncDirectoryNow();
        LOG.info("Founded the store of pod {}, incarnation {}", pod, record.incarnation());
        return record;
    }

    private StoreRecord readStore() throws IOException, StoreException {
        try {
            return StoreRecord.decode(readSmall(StoreRecord.NAME, MAX_META_BYTES));
        } catch (Envelope.DamagedException e) {
            throw new StoreException(
                    Reason.DAMAGED,
                    "The store's own file '"
                            + StoreRecord.NAME
                            + "' "
                            + e.getMessage()
                            + ". Wipe the pod and let it be rebuilt.",
                    e);
        } catch (Envelope.FutureFormatException e) {
            throw future(StoreRecord.NAME, e);
        }
    }

    private void readVolume(String name) throws IOException, StoreException {
        VolumeId id;
        try {
            id = VolumeId.parse(name.substring(0, name.length() - VolumeState.SUFFIX.length()));
        } catch (IllegalArgumentException e) {
            LOG.warn("Left alone what is no volume's file: {}", name);
            return;
        }
        try {
            VolumeRecord record = VolumeRecord.decode(readSmall(name, MAX_META_BYTES));
            if (!record.id().equals(id)) {
                throw new Envelope.DamagedException("is another volume's: " + record.id());
            }
            volumes.put(id, new Volume(environment, VolumeState.read(environment, record)));
        } catch (Envelope.DamagedException e) {
            quarantine(id, "the file " + name + " " + e.getMessage());
        } catch (Envelope.FutureFormatException e) {
            throw future(name, e);
        }
    }

    private void finishForgetting(List<String> names) throws IOException {
        for (String name : names) {
            if (name.endsWith(Retirement.FORGOTTEN_SUFFIX)) {
                int length = name.length() - Retirement.FORGOTTEN_SUFFIX.length();
                VolumeId id = VolumeId.parse(name.substring(0, length));
                Retirement.deleteRemains(environment, id);
                disk.syncDirectoryNow();
                disk.delete(name);
                disk.syncDirectoryNow();
            }
        }
    }

    private void readSegment(String name) throws IOException, StoreException {
        SegmentHeader named = SegmentHeader.ofFileName(name);
        if (named == null) {
            LOG.warn("Left alone what is no segment's file: {}", name);
            return;
        }
        Volume volume = volumes.get(named.volume());
        if (volume == null) {
            if (!quarantined.containsKey(named.volume())) {
                quarantine(named.volume(), "its own file is gone, but not its segments");
            }
            return;
        }
        volume.skipOrdinal(named.ordinal());
        try {
            SegmentHeader header = SegmentHeader.read(readSmall(name, SegmentHeader.BYTES));
            if (!header.fileName().equals(name)) {
                throw new Envelope.DamagedException("is another file: " + header.fileName());
            }
            SegmentFile file = SegmentFile.found(environment, header, sizeOf(name));
            if (SegmentScan.run(environment, file)) {
                damaged(volume, name, "holds damaged records");
            }
            volume.add(file);
        } catch (Envelope.DamagedException e) {
            damaged(volume, name, String.valueOf(e.getMessage()));
        } catch (Envelope.FutureFormatException e) {
            throw future(name, e);
        }
    }

    private static void damaged(Volume volume, String name, String what) {
        volume.setDamaged();
        LOG.warn("Damage in volume {}: {} {}", volume.id(), name, what);
    }

    private void quarantine(VolumeId id, String why) {
        quarantined.put(id, why);
        LOG.warn("Volume {} is not served, for {}", id, why);
    }

    private static StoreException future(String name, Envelope.FutureFormatException e) {
        return new StoreException(
                Reason.FUTURE_FORMAT,
                "The file "
                        + name
                        + " "
                        + e.getMessage()
                        + ". A later release wrote it: run that one.",
                e);
    }

    private long sizeOf(String name) throws IOException {
        DiskFile file = disk.open(name);
        try {
            return file.sizeBytes();
        } finally {
            file.close();
        }
    }

    private ByteBuf readSmall(String name, int maxBytes) throws IOException {
        DiskFile file = disk.open(name);
        try {
            ByteBuf bytes = Unpooled.buffer(maxBytes, maxBytes);
            return bytes.writerIndex(file.read(bytes.nioBuffer(0, maxBytes), 0));
        } finally {
            file.close();
        }
    }
}
