package storage.dispersive.operator.founding;

/** What became of having one pod forget a volume. */
public sealed interface Forgetting {

    /** The pod holds nothing of it, now or since before. */
    record Gone() implements Forgetting {}

    /** The pod may still hold it; asking again is harmless. */
    record Left(String why) implements Forgetting {}
}
