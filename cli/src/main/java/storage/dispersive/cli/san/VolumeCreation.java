package storage.dispersive.cli.san;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import storage.dispersive.cli.state.Identities;
import storage.dispersive.cli.state.KeySource;
import storage.dispersive.cli.state.PodRecord;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.cli.state.SanHome;
import storage.dispersive.cli.state.SanRecord;
import storage.dispersive.cli.state.VolumeName;
import storage.dispersive.cli.state.VolumeRecord;
import storage.dispersive.cli.state.VolumeRecord.MemberRecord;
import storage.dispersive.cli.state.VolumeRecords;
import storage.dispersive.disk.VirtualDisk;
import storage.dispersive.engine.VolumeLink;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShare;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.volume.Member;
import storage.dispersive.volume.founding.VolumeFounder;
import storage.dispersive.volume.founding.VolumeFounder.Result;

/** Creates volumes: on all of their pods, or, as far as can be, on none. */
public final class VolumeCreation {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final SanRecord san;
    private final PodLinks links;
    private final VolumeRecords records;
    private final Identities identities;
    private final VolumeDeletion deletion;
    private final SecureRandom random = new SecureRandom();

    VolumeCreation(PodLinks links, VolumeRecords records, VolumeDeletion deletion) {
        this.san = links.san();
        this.links = links;
        this.records = records;
        this.identities = links.identities();
        this.deletion = deletion;
    }

    /** A volume as a person asks for it; {@link #check} says what is wrong with it. */
    public record Request(String name, long sizeBytes, int data, int redundancy, KeySource key) {

        /** Refuses what no SAN could do. */
        public Code check() {
            VolumeName.check(name);
            if (data < 1 || redundancy < 1 || data > Code.MAX_PORTIONS - redundancy) {
                throw SanException.usage(
                        "no volume can have " + data + " data and " + redundancy + " redundancy",
                        "each is at least 1, and both together at most " + Code.MAX_PORTIONS);
            }
            if (sizeBytes <= 0) {
                throw SanException.usage(
                        "a volume of " + sizeBytes + " bytes holds nothing",
                        "give it a size, such as --size 1GiB");
            }
            if (sizeBytes % VirtualDisk.BLOCK_BYTES != 0) {
                long up = Math.ceilDiv(sizeBytes, (long) VirtualDisk.BLOCK_BYTES);
                throw SanException.usage(
                        "a size of " + sizeBytes + " bytes is not a multiple of 4096",
                        "the next that is: --size " + up * VirtualDisk.BLOCK_BYTES);
            }
            return new Code(data, redundancy);
        }
    }

    public VolumeRecord create(Request request, Progress progress) {
        Code code = request.check();
        List<PodRecord> pods = choosePods(code);
        StoreSpace.check(request.sizeBytes(), code, pods);
        VolumeId id = VolumeId.of(UUID.randomUUID());
        try (VolumeKey key = keyFor(request.key())) {
            VolumeRecord creating =
                    VolumeRecord.creating(
                            request.name(), id, request.sizeBytes(), code, request.key());
            creating = creating.on(pods.stream().map(PodRecord::name).toList());
            records.add(creating);
            try {
                identities.issueVolume(id);
                progress.step("founding " + request.name() + " on " + pods.size() + " pods");
                List<Member> members = found(creating, key);
                return records.replace(creating, creating.founded(written(members)));
            } catch (RuntimeException e) {
                deletion.undo(creating, e);
                throw e;
            }
        }
    }

    private List<PodRecord> choosePods(Code code) {
        if (san.pods().size() < code.portions()) {
            throw SanException.failed(
                    "a volume of "
                            + code
                            + " needs "
                            + code.portions()
                            + " pods, this SAN has "
                            + san.pods().size(),
                    "choose smaller --data and --redundancy, or make a SAN with more pods"
                            + " ('dispersive up --pods N' in another "
                            + SanHome.VARIABLE
                            + ")");
        }
        return san.pods().subList(0, code.portions());
    }

    private VolumeKey keyFor(KeySource source) {
        return switch (source) {
            case KeySource.Dispersed() -> VolumeKey.random(random);
            case KeySource.InFile file -> file.readOrMake(random);
        };
    }

    private List<Member> found(VolumeRecord record, VolumeKey key) {
        List<String> pods = record.podNames();
        try (VolumeLink link = links.asAdmin(record.volumeId(), pods)) {
            VolumeFounder founder =
                    new VolumeFounder(link.loop(), link.connector(), PATIENCE.toMillis(), pods);
            List<Member> members =
                    await(sink -> founder.found(record.volumeId(), record.code(), sink));
            return switch (record.keySource()) {
                case KeySource.InFile _ -> members;
                case KeySource.Dispersed() -> {
                    List<KeyShare> shares = split(record, key);
                    yield await(
                            sink -> founder.keepShares(record.volumeId(), members, shares, sink));
                }
            };
        }
    }

    private List<KeyShare> split(VolumeRecord record, VolumeKey key) {
        return KeyShares.split(
                record.volumeId(), key, record.data(), record.code().portions(), random);
    }

    private static List<Member> await(Consumer<Consumer<Result>> question) {
        CompletableFuture<Result> answer = new CompletableFuture<>();
        question.accept(answer::complete);
        return switch (answer.join()) {
            case Result.Founded(List<Member> members) -> members;
            case Result.Failed(List<String> reasons) ->
                    throw SanException.failed(
                            "not all pods take part: " + String.join("; ", reasons),
                            "start those that are down with 'dispersive pod start', then create"
                                    + " the volume again");
        };
    }

    private static List<MemberRecord> written(List<Member> members) {
        return members.stream()
                .map(member ->
                        new MemberRecord(
                                member.slot(),
                                member.podName(),
                                member.incarnation().toString(),
                                member.admittedFromSeq()))
                .toList();
    }
}
