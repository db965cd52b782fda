package storage.dispersive.csi.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import storage.dispersive.csi.protocol.CreateVolumeRequest;
import storage.dispersive.csi.protocol.CsiProtocol;

class RedactedTest {

    private static final String SECRET = "correct-horse-battery";

    @Test
    void whatIsNotSecretIsThere() {
        CreateVolumeRequest request =
                CreateVolumeRequest.newBuilder()
                        .setName("photos")
                        .putParameters("data", "4")
                        .putSecrets("passphrase", SECRET)
                        .build();
        assertThat(Redacted.text(request))
                .contains("name: \"photos\"", "key: \"data\"", "value: \"4\"", "secrets: (secret)")
                .doesNotContain(SECRET, "passphrase");
    }

    /** Each message of CSI that has a secret anywhere. */
    static List<Descriptor> messagesOfCsi() {
        return CsiProtocol.getDescriptor().getMessageTypes().stream()
                .filter(it -> Filled.of(it, SECRET).secrets() > 0)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("messagesOfCsi")
    void noSecretOfAnyMessageOfCsiIsThere(Descriptor type) {
        assertThat(Redacted.text(Filled.of(type, SECRET).message())).doesNotContain(SECRET);
    }

    @Test
    void csiHasSecretsInAllItsRequestsThatWeServe() {
        assertThat(messagesOfCsi())
                .extracting(Descriptor::getName)
                .contains(
                        "CreateVolumeRequest",
                        "DeleteVolumeRequest",
                        "ControllerPublishVolumeRequest",
                        "ControllerUnpublishVolumeRequest",
                        "ValidateVolumeCapabilitiesRequest",
                        "ControllerExpandVolumeRequest",
                        "ControllerModifyVolumeRequest",
                        "NodeStageVolumeRequest",
                        "NodePublishVolumeRequest",
                        "NodeExpandVolumeRequest");
    }

    @Test
    void aSecretInAMessageInAMapIsNotThere() throws Exception {
        Descriptor outer = hidden().findMessageTypeByName("Outer");
        Message message = Filled.of(outer, SECRET).message();
        assertThat(message.toString()).contains(SECRET);
        assertThat(Redacted.text(message)).contains("by_name", "(secret)").doesNotContain(SECRET);
    }

    @Test
    void aFieldThatIsNotKnownIsNotThere() {
        UnknownFieldSet unknown =
                UnknownFieldSet.newBuilder()
                        .addField(
                                999,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8(SECRET))
                                        .build())
                        .build();
        CreateVolumeRequest request =
                CreateVolumeRequest.newBuilder().setUnknownFields(unknown).build();
        assertThat(Redacted.text(request)).doesNotContain(SECRET);
    }

    @Test
    void aRequestIsOneLineOfBoundedLength() {
        CreateVolumeRequest request =
                CreateVolumeRequest.newBuilder()
                        .setName("a\nforged line\u001b[31m")
                        .putParameters("long", "x".repeat(100_000))
                        .build();
        assertThat(Redacted.text(request)).doesNotContain("\n", "\u001b").hasSizeLessThan(5_000);
    }

    /** Messages with a secret in a message that is the value of a map. */
    private static FileDescriptor hidden() throws Exception {
        FieldOptions secret =
                FieldOptions.newBuilder().setExtension(CsiProtocol.csiSecret, true).build();
        DescriptorProto inner =
                DescriptorProto.newBuilder()
                        .setName("Inner")
                        .addField(
                                field("word", 1, FieldDescriptorProto.Type.TYPE_STRING)
                                        .setOptions(secret))
                        .build();
        DescriptorProto entry =
                DescriptorProto.newBuilder()
                        .setName("ByNameEntry")
                        .setOptions(MessageOptions.newBuilder().setMapEntry(true))
                        .addField(field("key", 1, FieldDescriptorProto.Type.TYPE_STRING))
                        .addField(
                                field("value", 2, FieldDescriptorProto.Type.TYPE_MESSAGE)
                                        .setTypeName(".hidden.Inner"))
                        .build();
        DescriptorProto outer =
                DescriptorProto.newBuilder()
                        .setName("Outer")
                        .addNestedType(entry)
                        .addField(
                                field("by_name", 1, FieldDescriptorProto.Type.TYPE_MESSAGE)
                                        .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)
                                        .setTypeName(".hidden.Outer.ByNameEntry"))
                        .build();
        return FileDescriptor.buildFrom(
                FileDescriptorProto.newBuilder()
                        .setName("hidden.proto")
                        .setPackage("hidden")
                        .setSyntax("proto3")
                        .addMessageType(inner)
                        .addMessageType(outer)
                        .build(),
                new FileDescriptor[] {CsiProtocol.getDescriptor()});
    }

    private static FieldDescriptorProto.Builder field(
            String name, int number, FieldDescriptorProto.Type type) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                .setType(type);
    }
}
