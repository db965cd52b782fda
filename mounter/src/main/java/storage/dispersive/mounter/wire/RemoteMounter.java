package storage.dispersive.mounter.wire;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import storage.dispersive.linux.Errno;
import storage.dispersive.linux.LinuxException;
import storage.dispersive.linux.PacketSocket;
import storage.dispersive.mounter.BlockDisk;
import storage.dispersive.mounter.Content;
import storage.dispersive.mounter.DiskClosing;
import storage.dispersive.mounter.DiskOpening;
import storage.dispersive.mounter.FormatOutcome;
import storage.dispersive.mounter.FormatRequest;
import storage.dispersive.mounter.GrowOutcome;
import storage.dispersive.mounter.MountOutcome;
import storage.dispersive.mounter.Mounter;
import storage.dispersive.mounter.MounterException;
import storage.dispersive.mounter.MounterException.Reason;
import storage.dispersive.mounter.PublishOutcome;
import storage.dispersive.mounter.PublishRequest;
import storage.dispersive.mounter.StageRequest;
import storage.dispersive.mounter.StagingPath;
import storage.dispersive.mounter.Survey;
import storage.dispersive.mounter.TargetPath;
import storage.dispersive.mounter.UnmountOutcome;
import storage.dispersive.mounter.VolumeKey;
import storage.dispersive.mounter.VolumeStats;

/**
 * A mounter in another process, asked over its Unix socket; one connection for each call, so the
 * mounter may be started again between two. A call waits as long as its operation may take, then
 * fails with TIMED_OUT; the operation goes on.
 *
 * <p>Thread contract: any thread; calls block in native code, so platform threads are better.
 */
public final class RemoteMounter implements Mounter {

    private final Path socket;

    public RemoteMounter(Path socket) {
        this.socket = socket;
    }

    private <T> T ask(Call call, Class<T> type) throws MounterException {
        byte[] request = Message.of(Message.CALL, Call.class, call).encode();
        if (request.length > Message.MAX_REQUEST_BYTES) {
            throw new MounterException(Reason.REFUSED, "a request of too many bytes");
        }
        try (Conversation conversation = new Conversation(PacketSocket.connect(socket))) {
            conversation.limitWaiting((int) call.patience().toMillis());
            conversation.send(request);
            Optional<byte[]> answer = conversation.receive(Message.MAX_ANSWER_BYTES);
            if (answer.isEmpty()) {
                throw new MounterException(
                        Reason.UNREACHABLE,
                        "the mounter at " + socket + " ended, or does not serve this user");
            }
            return outcome(Message.decode(answer.get()), type);
        } catch (LinuxException e) {
            throw unanswered(e);
        } catch (ProtocolException e) {
            throw new MounterException(Reason.FAILED, "the mounter's answer: " + e.getMessage(), e);
        } catch (MounterException e) {
            throw e;
        } catch (IOException e) {
            throw new MounterException(Reason.UNREACHABLE, String.valueOf(e.getMessage()), e);
        }
    }

    private static <T> T outcome(Message answer, Class<T> type) throws IOException {
        return switch (answer.verb()) {
            case Message.DONE -> answer.value(type);
            case Message.FAILED -> {
                Message.Failure failure = answer.value(Message.Failure.class);
                throw new MounterException(failure.reason(), failure.message());
            }
            default -> throw new ProtocolException("it begins with '" + answer.verb() + "'");
        };
    }

    private MounterException unanswered(LinuxException e) {
        Reason reason = e.errno() == Errno.EAGAIN ? Reason.TIMED_OUT : Reason.UNREACHABLE;
        return new MounterException(
                reason, "the mounter at " + socket + " does not answer: " + e.getMessage(), e);
    }

    @Override
    public DiskOpening openDisk(VolumeKey volume) throws MounterException {
        return ask(new Call.OpenDisk(volume), DiskOpening.class);
    }

    @Override
    public BlockDisk attachLoop(VolumeKey volume) throws MounterException {
        return ask(new Call.AttachLoop(volume), BlockDisk.class);
    }

    @Override
    public BlockDisk refreshSize(VolumeKey volume) throws MounterException {
        return ask(new Call.RefreshSize(volume), BlockDisk.class);
    }

    @Override
    public DiskClosing closeDisk(VolumeKey volume) throws MounterException {
        return ask(new Call.CloseDisk(volume), DiskClosing.class);
    }

    @Override
    public DiskClosing abandonDisk(VolumeKey volume) throws MounterException {
        return ask(new Call.AbandonDisk(volume), DiskClosing.class);
    }

    @Override
    public Content look(VolumeKey volume) throws MounterException {
        return ask(new Call.Look(volume), Content.class);
    }

    @Override
    public FormatOutcome format(FormatRequest request) throws MounterException {
        return ask(new Call.Format(request), FormatOutcome.class);
    }

    @Override
    public MountOutcome mountFileSystem(StageRequest request) throws MounterException {
        return ask(new Call.MountFileSystem(request), MountOutcome.class);
    }

    @Override
    public PublishOutcome publish(PublishRequest request) throws MounterException {
        return ask(new Call.Publish(request), PublishOutcome.class);
    }

    @Override
    public UnmountOutcome unpublish(TargetPath target) throws MounterException {
        return ask(new Call.Unpublish(target), UnmountOutcome.class);
    }

    @Override
    public UnmountOutcome unstage(StagingPath staging) throws MounterException {
        return ask(new Call.Unstage(staging), UnmountOutcome.class);
    }

    @Override
    public GrowOutcome grow(VolumeKey volume) throws MounterException {
        return ask(new Call.Grow(volume), GrowOutcome.class);
    }

    @Override
    public VolumeStats stats(Path path) throws MounterException {
        return ask(new Call.Stats(path), VolumeStats.class);
    }

    @Override
    public Survey survey() throws MounterException {
        return ask(new Call.TakeSurvey(), Survey.class);
    }
}
