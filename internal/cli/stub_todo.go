package cli

import "github.com/spf13/cobra"

func (a *app) whyCommand() *cobra.Command     { return &cobra.Command{Use: "why CELL"} }
func (a *app) lineageCommand() *cobra.Command { return &cobra.Command{Use: "lineage STUDY NODE"} }
func (a *app) verifyCommand() *cobra.Command  { return &cobra.Command{Use: "verify STUDY"} }
