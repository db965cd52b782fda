package storage.dispersive.csi.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import storage.dispersive.csi.volume.Refusal;

class AnswersTest {

    static List<Arguments> refusals() {
        return List.of(
                Arguments.of(new Refusal.Missing("why"), Code.NOT_FOUND),
                Arguments.of(new Refusal.Different("why"), Code.ALREADY_EXISTS),
                Arguments.of(new Refusal.Wrong("why"), Code.INVALID_ARGUMENT),
                Arguments.of(new Refusal.Hindered("why"), Code.FAILED_PRECONDITION),
                Arguments.of(new Refusal.Full("why"), Code.RESOURCE_EXHAUSTED),
                Arguments.of(new Refusal.OutOfRange("why"), Code.OUT_OF_RANGE),
                Arguments.of(new Refusal.Busy("why"), Code.ABORTED),
                Arguments.of(new Refusal.Stale("why"), Code.ABORTED),
                Arguments.of(new Refusal.NotYet("why"), Code.UNAVAILABLE),
                Arguments.of(new Refusal.Failed("why"), Code.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void eachRefusalIsOneStatusThatSaysWhy(Refusal refusal, Code code) {
        assertThat(refusals()).hasSize(Refusal.class.getPermittedSubclasses().length);
        assertThat(Answers.status(refusal).getCode()).isEqualTo(code);
        assertThat(Answers.status(refusal).getDescription()).isEqualTo("why");
    }
}
