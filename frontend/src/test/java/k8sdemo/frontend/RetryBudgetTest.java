// SPDX-License-Identifier: Apache-2.0
package k8sdemo.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {
    private final RetryBudget budget = new RetryBudget();

    private int spendAll() {
        int retries = 0;
        while (budget.tryRetry()) {
            retries++;
        }
        return retries;
    }

    private void count(int requests) {
        for (int i = 0; i < requests; i++) {
            budget.countRequest();
        }
    }

    @Test
    void a_frontend_without_traffic_may_retry_500_times() {
        assertEquals(500, spendAll());
    }

    @Test
    void from_then_on_a_fifth_of_the_requests_may_be_retried() {
        spendAll();
        count(1_004);
        assertEquals(200, spendAll());
    }

    @Test
    void no_more_than_500_retries_are_saved_up() {
        count(100_000);
        assertEquals(500, spendAll());
    }
}
