package dev.berth.dev.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class FormTest {
    @Test
    void nestedNames_becomeObjectsAndLists() {
        assertThat(Form.parse("amount=1250&metadata[booking%20id]=a%26b&expand[]=x&expand[]=y&card%5Bexp%5D%5B0%5D=1"))
                .isEqualTo(new JsonObject()
                        .put("amount", "1250")
                        .put("card", new JsonObject().put("exp", new JsonArray().add("1")))
                        .put("expand", new JsonArray().add("x").add("y"))
                        .put("metadata", new JsonObject().put("booking id", "a&b")));
    }

    @Test
    void listsKeepTheOrderOfTheirNumbers() {
        assertThat(Form.parse("a[10]=ten&a[2]=two&a[1]=one").getJsonArray("a"))
                .isEqualTo(new JsonArray().add("one").add("two").add("ten"));
    }

    @Test
    void nothing_isNoParameter() {
        assertThat(Form.parse("")).isEqualTo(new JsonObject());
    }

    @Test
    void brokenForms_areRefused() {
        for (String broken : new String[] {
            "a=%zz", "a[b=1", "a]b[=1[", "a=1&a[b]=2", "a[b][c][d][e][f][g][h][i]=1", "x&".repeat(2_000)
        }) {
            assertThatThrownBy(() -> Form.parse(broken)).as(broken).isInstanceOf(StripeProblem.class);
        }
    }
}
