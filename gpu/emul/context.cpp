#include "context.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <atomic>
#include <deque>

#include "fault.h"
#include "kernels.h"
#include "memory.h"
#include "settings.h"

namespace {

std::mutex table; // of the devices' primary contexts and of all contexts
std::deque<Device> devices;
std::set<Context *> contexts;
bool initialized;
std::atomic<long> launches;
thread_local Context *current;

bool known(Context *context) {
  std::lock_guard<std::mutex> lock(table);
  return contexts.count(context);
}

Context *create(Device &device) {
  Context *context = new Context(device);
  std::lock_guard<std::mutex> lock(table);
  contexts.insert(context);
  return context;
}

void destroy(Context *context) {
  Device &device = context->device;
  std::lock_guard<std::recursive_mutex> lock(device.mutex);
  context->flush(true);
  device.used -= memory.free_all(context);
  for (Stream *s : context->streams) delete s;
  for (Event *e : context->events) delete e;
  for (Graph *g : context->graphs) delete g;
  for (Module *m : context->modules) delete m;
  {
    std::lock_guard<std::mutex> table_lock(table);
    contexts.erase(context);
  }
  delete context;
}

Result device_of(int ordinal, Device *&device) {
  if (!initialized) return not_initialized;
  if (ordinal < 0 || ordinal >= int(devices.size())) return invalid_device;
  device = &devices[ordinal];
  return success;
}

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

// Handles 1 and 2 name the legacy stream, and a stream of each thread.
Stream *Context::stream(Stream *handle) {
  if (reinterpret_cast<uintptr_t>(handle) <= 1) return &legacy;
  return has(handle) ? handle : nullptr;
}

void Context::flush(bool all) {
  for (Stream *s : streams)
    if (all || s->blocking) s->flush();
  legacy.flush();
}

Result Context::finished() {
  if (state()) return state();
  std::string damage = memory.damage(this);
  if (!damage.empty()) sticky = refuse(illegal_address, "something wrote %s", damage.c_str());
  return state();
}

Entry::Entry(const char *call) {
  if (!initialized) result = not_initialized;
  else if (!current || !known(current)) result = refuse(invalid_context, "%s: no context is current", call);
  if (result) return;
  context = current;
  lock_ = std::unique_lock<std::recursive_mutex>(context->device.mutex);
  result = context->state();
}

API cuInit(unsigned flags) {
  std::lock_guard<std::mutex> lock(table);
  if (flags) return invalid_value;
  if (initialized) return success;
  if (!read_settings()) return not_initialized;
  if (settings.devices == 0) return refuse(Result(100), "ZIPLAW_EMUL_DEVICES=0");
  for (int i = 0; i < settings.devices; i++) {
    devices.emplace_back();
    devices.back().ordinal = i;
  }
  handle_faults();
  initialized = true;
  return success;
}

API cuDriverGetVersion(int *version) {
  *version = 12060;
  return success;
}

API cuDeviceGetCount(int *n) {
  *n = devices.size();
  return initialized ? success : not_initialized;
}

API cuDeviceGet(int *device, int ordinal) {
  Device *found;
  *device = ordinal;
  return device_of(ordinal, found);
}

API cuDeviceGetName(char *name, int size, int) {
  snprintf(name, size, "Emulated GPU");
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

API cuCtxCreate_v2(Context **context, unsigned, int ordinal) {
  Device *device;
  Result result = device_of(ordinal, device);
  if (result) return result;
  if (device->lost) return ecc_uncorrectable;
  *context = current = create(*device);
  return success;
}

API cuCtxDestroy_v2(Context *context) {
  if (!known(context)) return refuse(invalid_context, "cuCtxDestroy");
  if (current == context) current = nullptr;
  destroy(context);
  return success;
}

API cuDevicePrimaryCtxRetain(Context **context, int ordinal) {
  Device *device;
  Result result = device_of(ordinal, device);
  if (result) return result;
  std::lock_guard<std::recursive_mutex> lock(device->mutex);
  if (device->lost) return ecc_uncorrectable;
  if (!device->primary) device->primary = create(*device);
  device->retained++;
  *context = device->primary;
  return success;
}

API cuDevicePrimaryCtxReset_v2(int ordinal) {
  Device *device;
  Result result = device_of(ordinal, device);
  if (result) return result;
  std::lock_guard<std::recursive_mutex> lock(device->mutex);
  if (device->primary) destroy(device->primary);
  device->primary = nullptr;
  return success;
}

API cuDevicePrimaryCtxRelease_v2(int ordinal) {
  Device *device;
  Result result = device_of(ordinal, device);
  if (result) return result;
  std::lock_guard<std::recursive_mutex> lock(device->mutex);
  if (!device->retained) return refuse(invalid_context, "cuDevicePrimaryCtxRelease: it isn't retained");
  return --device->retained ? success : cuDevicePrimaryCtxReset_v2(ordinal);
}

API cuDevicePrimaryCtxGetState(int ordinal, unsigned *flags, int *active) {
  Device *device;
  Result result = device_of(ordinal, device);
  if (result) return result;
  *flags = 0;
  *active = device->primary != nullptr;
  return success;
}

API cuCtxSetCurrent(Context *context) {
  if (context && !known(context)) return refuse(invalid_context, "cuCtxSetCurrent");
  current = context;
  return success;
}

API cuCtxGetCurrent(Context **context) {
  *context = current;
  return success;
}

API cuCtxGetDevice(int *device) {
  ENTER
  *device = context.device.ordinal;
  return success;
}

API cuCtxSynchronize() {
  ENTER
  context.flush(true);
  return context.finished();
}
