package console

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/contrib/envconfig"

	"github.com/ziplaw/ziplaw/internal/store"
)

// connect uses Temporal's standard environment configuration (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY,
// TEMPORAL_TLS*, a profile of TEMPORAL_CONFIG_FILE), and the environment of any S3.
func (s *Session) connect(ctx context.Context) error {
	o, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return fmt.Errorf("environment configuration of Temporal: %w", err)
	}
	c, found, err := store.ConfigFromEnv()
	if err != nil {
		return err
	}
	if !found {
		return Usage("ZIPLAW_S3_ENDPOINT", "such as http://127.0.0.1:9000, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
			"--connect needs the address of an S3 server")
	}
	return s.with(ctx, o, c)
}
