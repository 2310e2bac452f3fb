#include "context.h"

#include "kernels.h"
#include "memory.h"
#include "settings.h"

namespace {

std::mutex table; // of all contexts
std::set<Context *> contexts;
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

} // namespace

// Handle 1 names the legacy stream too. Handle 2, a stream of each thread, isn't emulated.
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
  if (!initialized()) result = not_initialized;
  else if (!current || !known(current)) result = refuse(invalid_context, "%s: no context is current", call);
  if (result) return;
  context = current;
  lock_ = std::unique_lock<std::recursive_mutex>(context->device.mutex);
  result = context->state();
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
