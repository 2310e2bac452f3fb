package upkeep

import (
	"strings"

	"github.com/ziplaw/ziplaw/internal/actions"
	"github.com/ziplaw/ziplaw/internal/report"
)

// Kinds of objects, in the order of tables.
const (
	KindDocuments   = "documents"   // with their digests
	KindModels      = "models"      // final parameters
	KindLosses      = "losses"      // of every step
	KindReports     = "reports"     // their files
	KindRecords     = "records"     // of actions, with their entries, and what else they name
	KindCheckpoints = "checkpoints" // with claims
	KindUploads     = "uploads"     // unfinished
	KindOther       = "other"       // nothing says what it is
)

// Kinds are all kinds in the order of tables.
var Kinds = []string{KindDocuments, KindModels, KindLosses, KindReports, KindRecords, KindCheckpoints, KindUploads, KindOther}

// kindOf is the kind of an artifact by its role in a record of some action.
func kindOf(action, role string) string {
	switch {
	case strings.HasPrefix(role, actions.RecordRole):
		return KindRecords
	case role == actions.RoleDocuments, role == actions.RoleDigests:
		return KindDocuments
	case role == actions.RoleModel:
		return KindModels
	case role == actions.RoleLosses:
		return KindLosses
	case action == actions.NameReport && (role == report.HTMLName || strings.Contains(role, ".")):
		return KindReports
	}
	return KindRecords
}
