// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryBudgetTest {
    private long second;
    private RetryBudget budget = startingAt(0);

    private RetryBudget startingAt(long start) {
        second = start;
        return new RetryBudget(() -> TimeUnit.SECONDS.toNanos(second));
    }

    private int spendAll() {
        int retries = 0;
        while (budget.tryRetry()) {
            retries++;
        }
        return retries;
    }

    /** System.nanoTime may start anywhere, even below zero. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1_000_003, -1_000_003})
    void a_few_retries_are_allowed_without_any_requests(long start) {
        budget = startingAt(start);
        assertEquals(100, spendAll());
        second += 9;
        assertFalse(budget.tryRetry());
        second++;
        assertEquals(100, spendAll());
    }

    @Test
    void a_fifth_of_the_requests_of_the_last_ten_seconds_may_be_retried() {
        for (; second < 10; second++) {
            for (int i = 0; i < 200; i++) {
                budget.countRequest();
            }
        }
        second = 9;
        assertEquals(100 + 10 * 200 / 5, spendAll());
    }

    @Test
    void older_requests_do_not_count() {
        for (int i = 0; i < 1_000; i++) {
            budget.countRequest();
        }
        second = 10;
        assertEquals(100, spendAll());
        second = 1_000_000;
        assertEquals(100, spendAll());
    }
}
