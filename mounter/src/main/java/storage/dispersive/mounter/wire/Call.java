package storage.dispersive.mounter.wire;

import java.nio.file.Path;
import java.time.Duration;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.VolumeKey;

/** One of the mounter's operations, as it is asked for over the socket. */
sealed interface Call {

    record OpenDisk(VolumeKey volume) implements Call {}

    record AttachLoop(VolumeKey volume) implements Call {}

    record RefreshSize(VolumeKey volume) implements Call {}

    record CloseDisk(VolumeKey volume) implements Call {}

    record AbandonDisk(VolumeKey volume) implements Call {}

    record Look(VolumeKey volume) implements Call {}

    record Format(FormatRequest request) implements Call {}

    record MountFileSystem(StageRequest request) implements Call {}

    record Publish(PublishRequest request) implements Call {}

    record Unpublish(TargetPath target) implements Call {}

    record Unstage(StagingPath staging) implements Call {}

    record Grow(VolumeKey volume) implements Call {}

    record Stats(Path path) implements Call {}

    record TakeSurvey() implements Call {}

    /** How long its answer is waited for; what runs a program is given longer than programs are. */
    default Duration patience() {
        return switch (this) {
            case Format _, Grow _ -> Duration.ofMinutes(12);
            case MountFileSystem _ -> Duration.ofMinutes(32);
            case Look _, AttachLoop _, AbandonDisk _ -> Duration.ofMinutes(2);
            case OpenDisk _,
                    RefreshSize _,
                    CloseDisk _,
                    Publish _,
                    Unpublish _,
                    Unstage _,
                    Stats _,
                    TakeSurvey _ ->
                    Duration.ofSeconds(30);
        };
    }
}
