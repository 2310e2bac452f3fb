package store

import (
	"errors"
	"reflect"
	"testing"

	"github.com/ziplaw/ziplaw"
)

func TestConfigFromEnv(t *testing.T) {
	keys := map[string]string{"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s"}
	with := func(more ...string) map[string]string {
		env := map[string]string{}
		for k, v := range keys {
			env[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			env[more[i]] = more[i+1]
		}
		return env
	}
	for name, c := range map[string]struct {
		env  map[string]string
		want Config
	}{
		"loopback": {with("ZIPLAW_S3_ENDPOINT", "http://127.0.0.1:9000"),
			Config{Endpoint: "127.0.0.1:9000", AccessKey: "a", SecretKey: "s", Bucket: "ziplaw"}},
		"all": {with("ZIPLAW_S3_ENDPOINT", "https://s3.example.com/", "ZIPLAW_S3_BUCKET", "b", "AWS_REGION", "eu-1", "AWS_SESSION_TOKEN", "t"),
			Config{Endpoint: "s3.example.com", AccessKey: "a", SecretKey: "s", SessionToken: "t", Bucket: "b", Region: "eu-1", Secure: true}},
		"no scheme is TLS": {with("AWS_ENDPOINT_URL_S3", "s3.example.com:444", "AWS_DEFAULT_REGION", "x"),
			Config{Endpoint: "s3.example.com:444", AccessKey: "a", SecretKey: "s", Bucket: "ziplaw", Region: "x", Secure: true}},
	} {
		got, named, err := configFrom(func(k string) string { return c.env[k] })
		if err != nil || !named || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v, %v", name, got, named, err)
		}
	}
	if _, named, err := configFrom(func(k string) string { return keys[k] }); named || err != nil {
		t.Errorf("without an endpoint: %v, %v", named, err)
	}
	for field, env := range map[string]map[string]string{
		"ZIPLAW_S3_ENDPOINT":    with("ZIPLAW_S3_ENDPOINT", "ftp://x"),
		"AWS_ACCESS_KEY_ID":     {"ZIPLAW_S3_ENDPOINT": "x:1", "AWS_SECRET_ACCESS_KEY": "s"},
		"AWS_SECRET_ACCESS_KEY": {"ZIPLAW_S3_ENDPOINT": "x:1", "AWS_ACCESS_KEY_ID": "a"},
	} {
		_, named, err := configFrom(func(k string) string { return env[k] })
		if e, ok := errors.AsType[*ziplaw.Error](err); !ok || !named || e.Code != ziplaw.CodeUsage || e.Field != field {
			t.Errorf("%s: %v, %v", field, named, err)
		}
	}
}
