package verify

import (
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	r := &Result{Device: "A <device>", Parts: []PartResult{
		{Name: "device", Title: "The device", State: Passed, Figures: []Figure{{"device_memory", int64(85899345920), "bytes"}}},
		{Name: "hashes", Title: "Hashes", State: Failed, Reason: "1 of 2 checks", Checks: []Check{{"product", Failed, "first at 3 <b>"}}},
		{Name: "resume", Title: "Resume", State: TimedOut, Output: "last words"},
		{Name: "throughput-1", Title: "Size 1", State: Passed, Figures: []Figure{
			{"model", "h64 l2 heads1", ""}, {"tokens_per_second", 1234567.8, "tokens/s"}, {"flops", 2.345e13, "FLOP/s"}, {"share_of_peak", 0.35, ""},
		}},
		{Name: "throughput-2", Title: "Size 2", State: LeftOut, Reason: "it doesn't fit"},
	}}
	page, err := r.page()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"2 of 5 parts passed, 1 failed, 1 timed out, 1 left out on A &lt;device&gt;.", "80 GiB", "first at 3 &lt;b&gt;", "last words",
		"1,234,568 tokens/s", "23.45 TFLOP/s", "35.0 %", "it doesn&#39;t fit", "come to its end", `class="state timed_out">timed out`,
	} {
		if !strings.Contains(string(page), text) {
			t.Errorf("the page has no %q", text)
		}
	}
	if strings.Contains(string(page), "http") {
		t.Error("the page needs something from elsewhere")
	}
}
