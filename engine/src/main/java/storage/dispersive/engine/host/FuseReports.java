package storage.dispersive.engine.host;

import storage.dispersive.blockdevice.fuse.FuseStatus;
import storage.dispersive.engine.control.VolumeReport;

/** Tells of what came through a mount. */
final class FuseReports {

    private FuseReports() {}

    static VolumeReport.Fuse of(FuseStatus status) {
        return new VolumeReport.Fuse(
                status.reads(),
                status.readBytes(),
                status.writes(),
                status.writtenBytes(),
                status.zeroes(),
                status.resent(),
                status.failed(),
                status.busySlots(),
                status.bufferBytes(),
                status.lockedBufferBytes());
    }
}
