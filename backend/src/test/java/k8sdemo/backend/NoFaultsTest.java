package k8sdemo.backend;

import static io.restassured.RestAssured.given;
import static k8sdemo.backend.GreetingResourceTest.assertProblem;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Without WORKSHOP_FAULTS=true there are none. */
@QuarkusTest
class NoFaultsTest {
    @ParameterizedTest
    @EnumSource
    void no_fault_is_there(Fault fault) {
        assertProblem(given().when().post("/faults/" + fault.id()).then(), 404);
    }

    @Test
    void nor_behind_parameters_of_the_path() {
        assertProblem(
                given().urlEncodingEnabled(false)
                        .when()
                        .post("/faults;x/unready")
                        .then(),
                404);
        assertProblem(
                given().urlEncodingEnabled(false)
                        .when()
                        .get("/faults;x=1;y/status")
                        .then(),
                404);
    }

    @Test
    void nor_their_status() {
        assertProblem(given().when().get("/faults/status").then(), 404);
    }

    @Test
    void a_person_called_faults_is_greeted() {
        given().when().get("/faults").then().statusCode(200);
    }
}
