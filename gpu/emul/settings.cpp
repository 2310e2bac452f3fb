#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "result.h"

Settings settings;

namespace {

bool number(const char *name, unsigned long long least, unsigned long long &value) {
  const char *text = getenv(name);
  if (!text) return true;
  char *end;
  value = strtoull(text, &end, 10);
  if (*text && !*end && value >= least) return true;
  refuse(not_initialized, "%s=%s is no number of at least %llu", name, text, least);
  return false;
}

bool order() {
  const char *text = getenv("ZIPLAW_EMUL_ORDER");
  if (!text || !strcmp(text, "forward")) return true;
  if (!strcmp(text, "reversed")) {
    settings.order = Order::reversed;
    return true;
  }
  char *end = nullptr;
  if (!strncmp(text, "shuffled:", 9)) {
    settings.order = Order::shuffled;
    settings.seed = strtoull(text + 9, &end, 10);
  }
  if (end && end != text + 9 && !*end) return true;
  refuse(not_initialized, "ZIPLAW_EMUL_ORDER=%s is none of forward, reversed and shuffled:SEED", text);
  return false;
}

bool async() {
  const char *text = getenv("ZIPLAW_EMUL_ASYNC");
  if (!text || !strcmp(text, "lazy")) return true;
  settings.lazy = false;
  if (!strcmp(text, "eager")) return true;
  refuse(not_initialized, "ZIPLAW_EMUL_ASYNC=%s is neither lazy nor eager", text);
  return false;
}

} // namespace

bool read_settings() {
  unsigned long long devices = settings.devices, memory = settings.memory, lose = settings.lose;
  if (!number("ZIPLAW_EMUL_DEVICES", 0, devices) || !number("ZIPLAW_EMUL_MEMORY", 1, memory) || !number("ZIPLAW_EMUL_LOSE", 1, lose))
    return false;
  settings.devices = devices;
  settings.memory = memory;
  settings.lose = lose;
  if (const char *name = getenv("ZIPLAW_EMUL_NAME")) settings.name = name;
  settings.lose_once = getenv("ZIPLAW_EMUL_LOSE_ONCE");
  settings.kernels = getenv("ZIPLAW_EMUL_KERNELS");
  return order() && async();
}
