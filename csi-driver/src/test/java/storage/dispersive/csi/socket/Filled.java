package storage.dispersive.csi.socket;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;
import storage.dispersive.csi.protocol.CsiProtocol;

/**
 * A message with something in each field, and one text in each field that is secret.
 *
 * @param secrets how many fields are
 */
record Filled(Message message, int secrets) {

    private static final int MAX_DEPTH = 6;

    static Filled of(Descriptor type, String secret) {
        Filling filling = new Filling(secret);
        return new Filled(filling.message(type, false, 0), filling.secrets);
    }

    private static final class Filling {

        private final String secret;
        private int secrets;

        Filling(String secret) {
            this.secret = secret;
        }

        Message message(Descriptor type, boolean isSecret, int depth) {
            DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
            for (FieldDescriptor field : type.getFields()) {
                boolean isHidden =
                        isSecret || field.getOptions().getExtension(CsiProtocol.csiSecret);
                Object value = value(field, isHidden, depth);
                if (value == null) {
                    continue;
                }
                if (isHidden && !isSecret) {
                    secrets++;
                }
                if (field.isRepeated()) {
                    message.addRepeatedField(field, value);
                } else {
                    message.setField(field, value);
                }
            }
            return message.build();
        }

        private @Nullable Object value(FieldDescriptor field, boolean isSecret, int depth) {
            if (field.getJavaType() == JavaType.MESSAGE) {
                return depth == MAX_DEPTH
                        ? null
                        : message(field.getMessageType(), isSecret, depth + 1);
            }
            if (field.getJavaType() == JavaType.STRING) {
                return isSecret ? secret : "open";
            }
            return field.getDefaultValue();
        }
    }
}
