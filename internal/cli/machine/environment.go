package machine

import (
	"os"
	"slices"
	"strings"

	"github.com/ziplaw/ziplaw/internal/cli/console"
)

// variable is one of the environment.
type variable struct{ name, value string }

// environment names the servers of a data folder as --connect, temporal, tctl and AWS's tools read them. Secrets stay in their files.
func environment(s *console.Session) []variable {
	address, namespace := s.Servers.Temporal()
	endpoint, _, _, bucket := s.Servers.S3()
	file, name := s.Servers.TLSFile()
	return []variable{
		{"TEMPORAL_ADDRESS", address}, {"TEMPORAL_NAMESPACE", namespace}, {"TEMPORAL_TLS", "true"},
		{"TEMPORAL_TLS_CLIENT_CERT_PATH", file}, {"TEMPORAL_TLS_CLIENT_KEY_PATH", file}, {"TEMPORAL_TLS_SERVER_CA_CERT_PATH", file},
		{"TEMPORAL_TLS_SERVER_NAME", name}, {"TEMPORAL_CONFIG_FILE", os.DevNull},
		{"TEMPORAL_CLI_ADDRESS", address}, {"TEMPORAL_CLI_NAMESPACE", namespace},
		{"TEMPORAL_CLI_TLS_CERT", file}, {"TEMPORAL_CLI_TLS_KEY", file}, {"TEMPORAL_CLI_TLS_CA", file}, {"TEMPORAL_CLI_TLS_SERVER_NAME", name},
		{"ZIPLAW_S3_ENDPOINT", "http://" + endpoint}, {"ZIPLAW_S3_BUCKET", bucket},
		{"AWS_SHARED_CREDENTIALS_FILE", s.Servers.S3File()}, {"AWS_PROFILE", "default"}, {"AWS_REGION", "us-east-1"},
		{"AWS_ENDPOINT_URL_S3", "http://" + endpoint}, // or AWS's tools would show the keys to AWS
	}
}

// misleads says whether a variable that is left in a shell leads past the servers that its others name.
func misleads(name string) bool {
	switch name {
	case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN":
		return true
	}
	return namesServers(name) && !strings.HasPrefix(name, "AWS_")
}

// namesServers says whether a variable is about servers, or the keys of any.
func namesServers(name string) bool {
	return strings.HasPrefix(name, "TEMPORAL_") || strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "ZIPLAW_S3_")
}

// withoutServers is an environment that names no servers of elsewhere.
func withoutServers(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), namesServers)
}
