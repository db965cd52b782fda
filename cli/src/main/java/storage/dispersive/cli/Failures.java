package storage.dispersive.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import storage.dispersive.cli.state.SanException;
import storage.dispersive.engine.description.DescriptionException;

/**
 * Tells failures to people: one line that begins with {@code error:}, and one that says what to do.
 * The stack trace is for who asks with {@code --verbose}.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final Dispersive root;

    Failures(Dispersive root) {
        this.root = root;
    }

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine commandLine, ParseResult parseResult) {
        PrintWriter err = commandLine.getErr();
        if (failure instanceof SanException expected) {
            tell(err, expected.getMessage(), expected.hint());
            trace(err, failure);
            return switch (expected.kind()) {
                case USAGE -> ExitStatus.USAGE;
                case FAILED -> ExitStatus.FAILED;
            };
        }
        if (failure instanceof DescriptionException expected) {
            tell(err, expected.getMessage(), expected.hint());
            trace(err, failure);
            return ExitStatus.USAGE;
        }
        Throwable told =
                failure instanceof UncheckedIOException wrapped ? wrapped.getCause() : failure;
        String detail = told instanceof IOException ? told.toString() : "";
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        tell(
                err,
                message + (detail.isEmpty() || message.contains(detail) ? "" : ": " + detail),
                "this was not expected; --verbose shows where it happened");
        trace(err, failure);
        return ExitStatus.FAILED;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        String command = failure.getCommandLine().getCommandSpec().qualifiedName();
        tell(
                failure.getCommandLine().getErr(),
                String.valueOf(failure.getMessage()),
                "'" + command + " --help' shows what there is");
        return ExitStatus.USAGE;
    }

    static void tell(PrintWriter err, String message, String hint) {
        err.println("error: " + message);
        err.println("hint: " + hint);
        err.flush();
    }

    private void trace(PrintWriter err, Exception failure) {
        if (root.isVerbose()) {
            failure.printStackTrace(err);
            err.flush();
        }
    }
}
