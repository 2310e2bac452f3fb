// What the environment sets. It is read once, at cuInit.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum class Order { forward, reversed, shuffled };

struct Settings {
  int devices = 1;                // ZIPLAW_EMUL_DEVICES
  const char *name = "Emulated GPU"; // ZIPLAW_EMUL_NAME: what the devices are called
  size_t memory = size_t(4) << 30; // ZIPLAW_EMUL_MEMORY: bytes of each device
  Order order = Order::forward;   // ZIPLAW_EMUL_ORDER=forward|reversed|shuffled:SEED: of lanes, warps, blocks, and branches of graphs
  uint64_t seed = 0;
  bool lazy = true;               // ZIPLAW_EMUL_ASYNC=lazy|eager: whether work waits until the host waits for it
  long lose = -1;                 // ZIPLAW_EMUL_LOSE=N: a device is lost after N launches of the process
  const char *lose_once = nullptr; // ZIPLAW_EMUL_LOSE_ONCE: only if this file can be created
  const char *kernels = nullptr;  // ZIPLAW_EMUL_KERNELS: libziplawkernels.so, which otherwise lies beside the driver
};

extern Settings settings;

// Reads the environment; false where it has what isn't understood.
bool read_settings();
