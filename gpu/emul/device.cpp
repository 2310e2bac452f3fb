#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <atomic>
#include <deque>

#include "context.h"
#include "fault.h"
#include "settings.h"

namespace {

std::deque<Device> devices;
std::atomic<bool> ready;
std::atomic<long> launches;

enum Attribute {
  max_threads_per_block = 1,
  max_block_x = 2,
  max_block_y = 3,
  max_block_z = 4,
  max_grid_x = 5,
  max_grid_y = 6,
  max_grid_z = 7,
  max_shared_per_block = 8,
  warp_size = 10,
  clock_rate = 13,
  multiprocessors = 16,
  integrated = 18,
  compute_mode = 20,
  memory_clock_rate = 36,
  memory_bus_width = 37,
  l2_bytes = 38,
  threads_per_multiprocessor = 39,
  unified_addressing = 41,
  major = 75,
  minor = 76,
  shared_per_multiprocessor = 81,
  max_shared_opt_in = 97,
};

} // namespace

bool initialized() { return ready; }

Result device_of(int ordinal, Device *&device) {
  if (!initialized()) return not_initialized;
  if (ordinal < 0 || ordinal >= int(devices.size())) return invalid_device;
  device = &devices[ordinal];
  return success;
}

// The process that creates the file is the one whose device is lost.
void Device::count_launch() {
  if (settings.lose < 0 || launches.fetch_add(1) + 1 != settings.lose) return;
  if (settings.lose_once) {
    int file = open(settings.lose_once, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0) return;
    close(file);
  }
  lost = true;
  refuse(ecc_uncorrectable, "device %d is lost after %ld launches, as ZIPLAW_EMUL_LOSE says", ordinal, settings.lose);
}

API cuInit(unsigned flags) {
  static std::mutex mutex;
  std::lock_guard<std::mutex> lock(mutex);
  if (flags) return invalid_value;
  if (ready) return success;
  if (!read_settings()) return not_initialized;
  if (settings.devices == 0) return refuse(Result(100), "ZIPLAW_EMUL_DEVICES=0");
  for (int i = 0; i < settings.devices; i++) {
    devices.emplace_back();
    devices.back().ordinal = i;
  }
  handle_faults();
  ready = true;
  return success;
}

API cuDriverGetVersion(int *version) {
  *version = 12060;
  return success;
}

API cuDeviceGetCount(int *n) {
  *n = devices.size();
  return ready ? success : not_initialized;
}

API cuDeviceGet(int *device, int ordinal) {
  Device *found;
  *device = ordinal;
  return device_of(ordinal, found);
}

API cuDeviceGetName(char *name, int size, int) {
  snprintf(name, size, "%s", settings.name);
  return success;
}

// Bytes of the name that tells devices of a process apart; the last one is the ordinal.
API cuDeviceGetUuid(char *uuid, int device) {
  memcpy(uuid, "ziplaw emulated", 15);
  uuid[15] = char(device);
  return success;
}

API cuDeviceGetUuid_v2(char *uuid, int device) { return cuDeviceGetUuid(uuid, device); }

API cuDeviceGetPCIBusId(char *id, int size, int device) {
  snprintf(id, size, "0000:%02x:00.0", device + 1);
  return success;
}

API cuDeviceTotalMem_v2(size_t *bytes, int) {
  *bytes = settings.memory;
  return success;
}

// The limits of compute capability 9.0; the other numbers are those of one H100.
API cuDeviceGetAttribute(int *value, int attribute, int) {
  switch (attribute) {
  case max_threads_per_block: case max_block_x: case max_block_y: *value = 1024; break;
  case max_block_z: *value = 64; break;
  case max_grid_x: *value = 0x7fffffff; break;
  case max_grid_y: case max_grid_z: *value = 65535; break;
  case max_shared_per_block: *value = 48 << 10; break;
  case warp_size: *value = 32; break;
  case clock_rate: *value = 1980000; break;
  case multiprocessors: *value = 132; break;
  case memory_clock_rate: *value = 2619000; break;
  case memory_bus_width: *value = 5120; break;
  case l2_bytes: *value = 50 << 20; break;
  case threads_per_multiprocessor: *value = 2048; break;
  case unified_addressing: *value = 1; break;
  case major: *value = 9; break;
  case shared_per_multiprocessor: *value = 228 << 10; break;
  case max_shared_opt_in: *value = 227 << 10; break;
  default: *value = 0;
  }
  return success;
}

API cuDeviceComputeCapability(int *major, int *minor, int) {
  *major = 9;
  *minor = 0;
  return success;
}
