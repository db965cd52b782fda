package storage.dispersive.engine.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import storage.dispersive.engine.EngineReport;

class EngineMessagesTest {

    private static final String ID = "6f1c2a9e-8d1b-4c3e-9f00-0123456789ab";

    private static Stream<EngineRequest> requests() {
        return Stream.of(
                new EngineRequest.Attach("{\"name\": \"ü\"}", "disk"),
                new EngineRequest.Detach(ID, 7),
                new EngineRequest.Status(ID),
                new EngineRequest.Survey(),
                new EngineRequest.Await(ID, 1),
                new EngineRequest.Grow(ID, 4096),
                new EngineRequest.Roll(ID),
                new EngineRequest.Limit(ID, 0),
                new EngineRequest.Fenced(ID, 8));
    }

    private static Stream<EngineAnswer> answers() {
        EngineReport engine =
                new EngineReport(
                        "v",
                        17,
                        "SERVING",
                        "",
                        "3.9",
                        "fuse",
                        "",
                        5,
                        4,
                        2,
                        7,
                        8192,
                        1,
                        0,
                        0,
                        List.of(),
                        List.of(),
                        new EngineReport.Backends("a", "b", "c"));
        return Stream.of(
                new EngineAnswer.Volume(
                        new VolumeReport(
                                ID,
                                3,
                                VolumeState.SERVING,
                                "",
                                "disk",
                                4096,
                                0,
                                engine,
                                new VolumeReport.Fuse(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))),
                new EngineAnswer.Volume(
                        new VolumeReport(
                                ID, 3, VolumeState.STARTING, "why", "disk", 4096, 0, null, null)),
                new EngineAnswer.Surveyed(
                        new ProcessReport(1, List.of("a"), List.of(), 64, 63, 1, 2, 3, 4, 5),
                        List.of(new VolumeLine(ID, 3, VolumeState.FENCED, "by another"))),
                new EngineAnswer.Detached(ID),
                new EngineAnswer.Refused(EngineAnswer.Reason.BUSY, "why", "hint"));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestIsReadAsItWasWritten(EngineRequest request) throws IOException {
        assertThat(EngineMessages.request(EngineMessages.encode(request))).isEqualTo(request);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void anAnswerIsReadAsItWasWritten(EngineAnswer answer) throws IOException {
        assertThat(EngineMessages.answer(EngineMessages.encode(answer))).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "7",
                "null",
                "not json",
                "{}",
                "{\"version\":1}",
                "{\"version\":1,\"request\":null}",
                "{\"version\":1,\"request\":{\"verb\":\"FORMAT\"}}",
                "{\"version\":1,\"request\":{\"verb\":\"GROW\",\"volume\":\"a\"}}",
                "{\"version\":1,\"request\":{\"verb\":\"GROW\",\"volume\":\"a\","
                        + "\"sizeBytes\":null}}",
                "{\"version\":2,\"request\":{\"verb\":\"SURVEY\"}}"
            })
    void whatIsNoRequestOfThisVersionIsRefused(String packet) {
        assertThatThrownBy(() -> EngineMessages.request(packet.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void whatANewerProgramAddsIsIgnored() throws IOException {
        String packet =
                "{\"version\":1,\"x\":1,\"request\":{\"verb\":\"ROLL\",\"volume\":\"a\",\"y\":2}}";
        assertThat(EngineMessages.request(packet.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(new EngineRequest.Roll("a"));
    }

    @Test
    void whatDoesNotFitIsNotSent() {
        EngineRequest longOne =
                new EngineRequest.Attach("x".repeat(EngineMessages.MAX_BYTES), "disk");
        assertThatThrownBy(() -> EngineMessages.encode(longOne))
                .hasMessageContaining("at most " + EngineMessages.MAX_BYTES);
    }
}
