package storage.dispersive.operator.reconcile;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import storage.dispersive.operator.reconcile.StoreQuestions.Place;
import storage.dispersive.operator.reconcile.StoreQuestions.Store;

/**
 * What stores have answered. A store is asked once in each run of its pod, as its disk can only be
 * another one then, and again for the bytes that it holds when an answer is old. For any thread.
 */
final class KnownStores {

    static final Duration FRESH = Duration.ofMinutes(10);

    private final StoreQuestions questions;
    private final Clock clock;
    private final Map<Key, Answer> answers = new ConcurrentHashMap<>();

    KnownStores(StoreQuestions questions, Clock clock) {
        this.questions = questions;
        this.clock = clock;
    }

    private record Key(String owner, String pod) {}

    private record Answer(String run, Optional<String> volumeId, Store store, Instant time) {}

    /**
     * What the stores of an owner are, by pod; without those that never answered.
     *
     * @param owner whose question it is; an answer to one is none to another
     */
    Map<String, Store> of(String owner, Optional<String> volumeId, List<Place> places) {
        Map<String, Store> known = new HashMap<>();
        List<Place> unknown = new ArrayList<>();
        Instant now = clock.instant();
        for (Place place : places) {
            Answer answer = answers.get(new Key(owner, place.pod()));
            if (answer != null
                    && answer.run().equals(place.run())
                    && answer.volumeId().equals(volumeId)) {
                known.put(place.pod(), answer.store());
                if (answer.time().plus(FRESH).isAfter(now)) {
                    continue;
                }
            }
            unknown.add(place);
        }
        if (!unknown.isEmpty()) {
            Map<String, Store> told = questions.describe(volumeId, unknown);
            for (Place place : unknown) {
                Store store = told.get(place.pod());
                if (store != null) {
                    known.put(place.pod(), store);
                    answers.put(
                            new Key(owner, place.pod()),
                            new Answer(place.run(), volumeId, store, now));
                }
            }
        }
        return known;
    }

    /** Whether each of them has told of itself, in the run that it is in. */
    boolean know(String owner, Optional<String> volumeId, List<Place> places) {
        return places.stream()
                .allMatch(place -> {
                    Answer answer = answers.get(new Key(owner, place.pod()));
                    return answer != null
                            && answer.run().equals(place.run())
                            && answer.volumeId().equals(volumeId);
                });
    }

    /** Forgets what an owner was told. */
    void forget(String owner) {
        answers.keySet().removeIf(key -> key.owner().equals(owner));
    }
}
