package storage.dispersive.csi.controller;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import storage.dispersive.csi.controller.StoredVolume.Cause;
import storage.dispersive.csi.controller.StoredVolume.Life;
import storage.dispersive.csi.controller.StoredVolume.Origin;
import storage.dispersive.csi.controller.StoredVolume.Readiness;
import storage.dispersive.csi.controller.StoredVolume.Shape;
import storage.dispersive.csi.controller.VolumeResources.Claimant;
import storage.dispersive.csi.controller.VolumeResources.NewVolume;
import storage.dispersive.csi.controller.VolumeResources.Sight;
import storage.dispersive.csi.controller.VolumeResources.Written;
import storage.dispersive.csi.controller.Volumes.CreateRequest;
import storage.dispersive.csi.volume.ByteSize;
import storage.dispersive.csi.volume.Outcome;
import storage.dispersive.csi.volume.Refusal;
import storage.dispersive.csi.volume.VolumeHandle;

/** Makes volumes, each name once. */
final class Creation {

    /** What a provisioner says of the claim, on its own account. */
    private static final String METADATA = "csi.storage.k8s.io/";

    private static final String CLAIM_NAMESPACE = METADATA + "pvc/namespace";
    private static final String CLAIM_NAME = METADATA + "pvc/name";
    private static final String VOLUME_NAME = METADATA + "pv/name";

    private final VolumeResources resources;
    private final String namespace;
    private final Sharing sharing;

    Creation(VolumeResources resources, String namespace, Sharing sharing) {
        this.resources = resources;
        this.namespace = namespace;
        this.sharing = sharing;
    }

    VolumeHandle handle(String name) {
        return new VolumeHandle(namespace, VolumeName.of(name));
    }

    Outcome<StoredVolume> create(CreateRequest request, Duration patience) {
        Optional<Refusal> hindrance =
                request.capabilities().stream()
                        .flatMap(it -> sharing.hinders(it.mode()).stream())
                        .findFirst();
        if (hindrance.isPresent()) {
            return Outcome.refused(hindrance.get());
        }
        try {
            return switch (VolumeSize.within(request.range())) {
                case Outcome.Refused<ByteSize>(Refusal why) -> Outcome.refused(why);
                case Outcome.Done<ByteSize>(ByteSize size) ->
                        make(request, wanted(request, size), patience);
            };
        } catch (BadParameterException e) {
            return Outcome.refused(e.why());
        }
    }

    private NewVolume wanted(CreateRequest request, ByteSize size) throws BadParameterException {
        Map<String, String> parameters = new HashMap<>(request.parameters().lasting());
        String claim =
                parameters.getOrDefault(CLAIM_NAMESPACE, "")
                        + "/"
                        + parameters.getOrDefault(CLAIM_NAME, "");
        parameters.keySet().removeIf(Creation::isMetadata);
        return new NewVolume(
                handle(request.name()),
                new Origin.Created(request.name()),
                new Shape(
                        size,
                        Parameters.read(parameters),
                        LimitParameters.read(
                                request.parameters().changeable().byName(), Limits.NONE)),
                new Claimant(claim.length() == 1 ? "" : claim));
    }

    private static boolean isMetadata(String name) {
        return name.equals(CLAIM_NAMESPACE) || name.equals(CLAIM_NAME) || name.equals(VOLUME_NAME);
    }

    private Outcome<StoredVolume> make(CreateRequest request, NewVolume wanted, Duration patience) {
        for (int i = 0; i < Attachments.MAX_TRIES; i++) {
            Optional<StoredVolume> found = resources.find(wanted.handle());
            if (found.isPresent()) {
                return difference(found.get(), wanted, request)
                        .<Outcome<StoredVolume>>map(Outcome::refused)
                        .orElseGet(() -> await(found.get(), patience));
            }
            if (resources.insert(wanted) instanceof Written.Now(StoredVolume made)) {
                return await(made, patience);
            }
        }
        return Outcome.refused(Attachments.overtaken());
    }

    /** Why what is there is not what is wanted. */
    private static Optional<Refusal> difference(
            StoredVolume found, NewVolume wanted, CreateRequest request) {
        if (found.health().life() == Life.GOES) {
            return Optional.of(new Refusal.NotYet("a volume of that name is just being removed"));
        }
        Shape shape = found.shape();
        if (!found.origin().equals(wanted.origin())) {
            return different(found, "was made by somebody else");
        }
        if (!request.range().contains(shape.size())) {
            return different(found, "has " + shape.size());
        }
        if (!shape.layout().equals(wanted.shape().layout())) {
            return different(found, "was made with other parameters");
        }
        return shape.limits().equals(wanted.shape().limits())
                ? Optional.empty()
                : different(found, "has other limits; modify it");
    }

    private static Optional<Refusal> different(StoredVolume found, String how) {
        return Optional.of(
                new Refusal.Different("there is a volume " + found.handle() + ", which " + how));
    }

    private Outcome<StoredVolume> await(StoredVolume made, Duration patience) {
        Sight last =
                resources.await(
                        made.handle(),
                        it -> it.health().readiness() instanceof Readiness.Ready,
                        patience);
        return switch (last) {
            case Sight.Enough(StoredVolume volume) -> Outcome.done(volume);
            case Sight.Missing() ->
                    Outcome.refused(new Refusal.NotYet("the volume was deleted while it was made"));
            case Sight.Late(StoredVolume volume) -> late(volume);
        };
    }

    private Outcome<StoredVolume> late(StoredVolume volume) {
        return switch (volume.health().readiness()) {
            case Readiness.Ready() -> Outcome.done(volume);
            case Readiness.NotReady(Cause cause, String text) -> {
                if (cause == Cause.NO_ROOM && volume.holding().equals(Holding.NEVER)) {
                    // Whoever hears that there is no room believes that there is nothing. What a
                    // node ever had is kept, as it may have been written to.
                    resources.remove(volume);
                    yield Outcome.refused(new Refusal.Full(text));
                }
                yield Outcome.refused(new Refusal.NotYet("the volume is not ready: " + text));
            }
        };
    }
}
