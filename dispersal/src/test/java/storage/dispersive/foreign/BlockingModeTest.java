package storage.dispersive.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BlockingModeTest {

    /** Octal, as proc(5) has it. */
    private static final int O_NONBLOCK = 04000;

    @Test
    void callsOnADescriptorNoLongerWait() throws IOException {
        Epoll.ensureAvailability();
        FileDescriptor file = FileDescriptor.from(File.createTempFile("blocking", null));
        try {
            int before = flags(file.intValue());
            assertThat(before & O_NONBLOCK).isZero();
            BlockingMode.neverWait(file.intValue());
            assertThat(flags(file.intValue())).isEqualTo(before | O_NONBLOCK);
        } finally {
            file.close();
        }
    }

    @Test
    void aNumberThatIsNotOpenIsRefused() {
        assertThatThrownBy(() -> BlockingMode.neverWait(-1)).isInstanceOf(IOException.class);
    }

    private static int flags(int descriptor) throws IOException {
        String line =
                Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
                        .filter(it -> it.startsWith("flags:"))
                        .findFirst()
                        .orElseThrow();
        return Integer.parseInt(line.substring("flags:".length()).strip(), 8);
    }
}
