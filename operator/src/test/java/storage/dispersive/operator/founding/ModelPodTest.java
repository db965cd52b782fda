package storage.dispersive.operator.founding;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import storage.dispersive.portion.Code;
import storage.dispersive.portion.Epoch;
import storage.dispersive.portion.Incarnation;
import storage.dispersive.portion.VolumeId;
import storage.dispersive.seal.KeyShares;
import storage.dispersive.seal.VolumeKey;
import storage.dispersive.wire.PodReply;
import storage.dispersive.wire.PodRequest;

/** What the model shows is worth something only if its pods do what real ones do. */
class ModelPodTest {

    private static final int QUESTIONS = 400;
    private static final Code CODE = new Code(2, 1);
    private static final List<VolumeId> VOLUMES = List.of(new VolumeId(0, 1), new VolumeId(0, 2));

    @TempDir private Path directory;

    @Test
    void itAnswersAsARealOne() throws Exception {
        try (RealPods pods = RealPods.start(1, directory)) {
            RealPod real = pods.pod(0);
            ModelPod model = new ModelPod(real.incarnation());
            Random random = new Random(1);
            List<byte[]> shares = shares();
            for (int i = 0; i < QUESTIONS; i++) {
                PodRequest request = any(random, real.incarnation(), shares);
                assertThat(told(model.answer(request)))
                        .as("question %d, %s", i, request)
                        .isEqualTo(told(real.ask(request)));
            }
        }
    }

    private static PodRequest any(Random random, Incarnation life, List<byte[]> shares) {
        VolumeId volume = VOLUMES.get(random.nextInt(VOLUMES.size()));
        return switch (random.nextInt(6)) {
            case 0 -> new PodRequest.Describe(volume);
            case 1 -> new PodRequest.Forget(volume, life, Epoch.ZERO);
            case 2, 3 -> new PodRequest.Found(volume, random.nextInt(5) == 0 ? 1 : 0, CODE);
            default ->
                    new PodRequest.KeepShare(
                            volume,
                            random.nextInt(5) == 0 ? new Incarnation(life.value() ^ 1) : life,
                            shares.get(random.nextInt(shares.size())));
        };
    }

    private static List<byte[]> shares() {
        List<byte[]> shares = new ArrayList<>();
        SecureRandom random = new SecureRandom();
        for (int split = 0; split < 2; split++) {
            try (VolumeKey key = VolumeKey.random(random)) {
                shares.add(
                        KeyShares.split(VOLUMES.getFirst(), key, 2, 3, random).getFirst().encode());
            }
        }
        return shares;
    }

    /** All of an answer that founding looks at. */
    private static String told(PodReply reply) {
        return switch (reply) {
            case PodReply.Description is -> "described " + is.incarnation() + is.presence();
            case PodReply.Refused refused -> "refused " + refused.refusal();
            case PodReply.Founded(Incarnation life) -> "founded " + life;
            default -> reply.getClass().getSimpleName();
        };
    }
}
