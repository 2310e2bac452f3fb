package machine

import (
	"os/exec"
	"slices"
	"testing"
)

// TestQuoted values come out of a shell as they went in.
func TestQuoted(t *testing.T) {
	for _, text := range []string{"", "plain", "a b", "it's", `"$HOME" \ ` + "`id`", "two\nlines", "'; exit 1 #"} {
		out, err := exec.Command("sh", "-c", "printf %s "+quoted(text)).Output()
		if err != nil || string(out) != text {
			t.Errorf("%q becomes %q, %v", text, out, err)
		}
	}
}

// TestElsewhere are the variables that would lead past the servers; what a shell doesn't know as a name stays out of its commands.
func TestElsewhere(t *testing.T) {
	env := []string{
		"TEMPORAL_API_KEY=x", "TEMPORAL_ADDRESS=other:7233", "AWS_ACCESS_KEY_ID=x", "AWS_CA_BUNDLE=x", "TEMPORAL_;id=x", "ZIPLAW_S3_BUCKET=x", "ZIPLAW_TOOLS=x", "PATH=/bin", "AWS_SESSION_TOKEN",
	}
	if got := elsewhere(env, map[string]string{"TEMPORAL_ADDRESS": "127.0.0.1:1"}); !slices.Equal(got, []string{"AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "TEMPORAL_API_KEY", "ZIPLAW_S3_BUCKET"}) {
		t.Errorf("%v", got)
	}
}
