"""torch.nn's layers as classes in the language (layers.py makes them): those that keep their options and call one
function, as a table, and those with weights, as text.

only(value, allowed, "name"): refused by name where an option is another than what is modelled.
draw_weight(shape, inputs): PyTorch's first weights.  draw_normal(shape, row): the same of an embedding, whose
row of padding begins with 0.  draw_constant(shape, value): weights that begin as one number.
"""

CALLING = {  # what a layer is made with, what it is called with, and the function that it calls
    "ReLU": ("inplace=False", "input", "F.relu(input, self.inplace)"),
    "ReLU6": ("inplace=False", "input", "F.relu6(input, self.inplace)"),
    "LeakyReLU": (
        "negative_slope=0.01, inplace=False",
        "input",
        "F.leaky_relu(input, self.negative_slope, self.inplace)",
    ),
    "ELU": ("alpha=1.0, inplace=False", "input", "F.elu(input, self.alpha, self.inplace)"),
    "CELU": ("alpha=1.0, inplace=False", "input", "F.celu(input, self.alpha, self.inplace)"),
    "SELU": ("inplace=False", "input", "F.selu(input, self.inplace)"),
    "SiLU": ("inplace=False", "input", "F.silu(input, self.inplace)"),
    "Mish": ("inplace=False", "input", "F.mish(input, self.inplace)"),
    "Hardsigmoid": ("inplace=False", "input", "F.hardsigmoid(input, self.inplace)"),
    "Hardswish": ("inplace=False", "input", "F.hardswish(input, self.inplace)"),
    "Hardtanh": (
        "min_val=-1.0, max_val=1.0, inplace=False",
        "input",
        "F.hardtanh(input, self.min_val, self.max_val, self.inplace)",
    ),
    "Threshold": (
        "threshold, value, inplace=False",
        "input",
        "F.threshold(input, self.threshold, self.value, self.inplace)",
    ),
    "Sigmoid": ("", "input", "F.sigmoid(input)"),
    "Tanh": ("", "input", "F.tanh(input)"),
    "GELU": ("approximate='none'", "input", "F.gelu(input, self.approximate)"),
    "Softplus": ("beta=1.0, threshold=20.0", "input", "F.softplus(input, self.beta, self.threshold)"),
    "Softsign": ("", "input", "F.softsign(input)"),
    "Tanhshrink": ("", "input", "F.tanhshrink(input)"),
    "Hardshrink": ("lambd=0.5", "input", "F.hardshrink(input, self.lambd)"),
    "Softshrink": ("lambd=0.5", "input", "F.softshrink(input, self.lambd)"),
    "LogSigmoid": ("", "input", "F.logsigmoid(input)"),
    "Softmax": ("dim=None", "input", "F.softmax(input, self.dim)"),
    "LogSoftmax": ("dim=None", "input", "F.log_softmax(input, self.dim)"),
    "Softmin": ("dim=None", "input", "F.softmin(input, self.dim)"),
    "GLU": ("dim=-1", "input", "F.glu(input, self.dim)"),
    "Flatten": ("start_dim=1, end_dim=-1", "input", "torch.flatten(input, self.start_dim, self.end_dim)"),
    "Unflatten": ("dim, unflattened_size", "input", "torch.unflatten(input, self.dim, self.unflattened_size)"),
    "Softmax2d": ("", "input", "F.softmax(input, -3)"),
    "RReLU": (
        "lower=0.125, upper=0.3333333333333333, inplace=False",
        "input",
        "F.rrelu(input, self.lower, self.upper, self.training, self.inplace)",
    ),
    "LocalResponseNorm": (
        "size, alpha=0.0001, beta=0.75, k=1.0",
        "input",
        "F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)",
    ),
    "CosineSimilarity": ("dim=1, eps=1e-08", "x1, x2", "F.cosine_similarity(x1, x2, self.dim, self.eps)"),
    "PairwiseDistance": (
        "p=2.0, eps=1e-06, keepdim=False",
        "x1, x2",
        "F.pairwise_distance(x1, x2, self.p, self.eps, self.keepdim)",
    ),
    "MaxPool1d": (
        "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False",
        "input",
        "F.max_pool1d(input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode,"
        " self.return_indices)",
    ),
    "MaxPool2d": (
        "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False",
        "input",
        "F.max_pool2d(input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode,"
        " self.return_indices)",
    ),
    "AvgPool1d": (
        "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True",
        "input",
        "F.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)",
    ),
    "AvgPool2d": (
        "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None",
        "input",
        "F.avg_pool2d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad,"
        " self.divisor_override)",
    ),
    "AdaptiveAvgPool1d": ("output_size", "input", "F.adaptive_avg_pool1d(input, self.output_size)"),
    "AdaptiveAvgPool2d": ("output_size", "input", "F.adaptive_avg_pool2d(input, self.output_size)"),
    "AdaptiveMaxPool1d": ("output_size", "input", "F.adaptive_max_pool1d(input, self.output_size)"),
    "AdaptiveMaxPool2d": ("output_size", "input", "F.adaptive_max_pool2d(input, self.output_size)"),
    "MaxPool3d": (
        "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False",
        "input",
        "largest_of_volumes(self, input, self.kernel_size, self.stride, self.padding, self.dilation,"
        " self.return_indices, self.ceil_mode)",
    ),
    "AvgPool3d": (
        "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None",
        "input",
        "means_of_volumes(self, input, self.kernel_size, self.stride, self.padding, self.ceil_mode,"
        " self.count_include_pad, self.divisor_override)",
    ),
    "AdaptiveAvgPool3d": ("output_size", "input", "adapted_volumes(input, self.output_size, F.adaptive_avg_pool2d)"),
    "AdaptiveMaxPool3d": ("output_size", "input", "adapted_volumes(input, self.output_size, F.adaptive_max_pool2d)"),
    "PixelShuffle": ("upscale_factor", "input", "F.pixel_shuffle(input, self.upscale_factor)"),
    "PixelUnshuffle": ("downscale_factor", "input", "F.pixel_unshuffle(input, self.downscale_factor)"),
    "ChannelShuffle": ("groups", "input", "F.channel_shuffle(input, self.groups)"),
    "Upsample": (
        "size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None",
        "input",
        "F.interpolate(input, self.size, self.scale_factor, self.mode, self.align_corners,"
        " self.recompute_scale_factor)",
    ),
    "UpsamplingNearest2d": (
        "size=None, scale_factor=None",
        "input",
        "F.interpolate(input, self.size, self.scale_factor)",
    ),
    "UpsamplingBilinear2d": (
        "size=None, scale_factor=None",
        "input",
        "F.interpolate(input, self.size, self.scale_factor, 'bilinear', True)",
    ),
    "Fold": (
        "output_size, kernel_size, dilation=1, padding=0, stride=1",
        "input",
        "F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)",
    ),
    "Unfold": (
        "kernel_size, dilation=1, padding=0, stride=1",
        "input",
        "F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)",
    ),
    "LPPool1d": (
        "norm_type, kernel_size, stride=None, ceil_mode=False",
        "input",
        "F.lp_pool1d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)",
    ),
    "LPPool2d": (
        "norm_type, kernel_size, stride=None, ceil_mode=False",
        "input",
        "F.lp_pool2d(input, self.norm_type, self.kernel_size, self.stride, self.ceil_mode)",
    ),
    "ConstantPad1d": ("padding, value", "input", "F.pad(input, sides(self.padding, 1), 'constant', self.value)"),
    "ConstantPad2d": ("padding, value", "input", "F.pad(input, sides(self.padding, 2), 'constant', self.value)"),
    "ZeroPad1d": ("padding", "input", "F.pad(input, sides(self.padding, 1))"),
    "ReplicationPad1d": ("padding", "input", "F.pad(input, sides(self.padding, 1), 'replicate')"),
    "CircularPad1d": ("padding", "input", "F.pad(input, sides(self.padding, 1), 'circular')"),
    "CircularPad2d": ("padding", "input", "F.pad(input, sides(self.padding, 2), 'circular')"),
    "ZeroPad2d": ("padding", "input", "F.pad(input, sides(self.padding, 2))"),
    "ReflectionPad1d": ("padding", "input", "F.pad(input, sides(self.padding, 1), 'reflect')"),
    "ReflectionPad2d": ("padding", "input", "F.pad(input, sides(self.padding, 2), 'reflect')"),
    "ReplicationPad2d": ("padding", "input", "F.pad(input, sides(self.padding, 2), 'replicate')"),
}
REDUCED = "size_average=None, reduce=None, reduction='mean'"
LOSSES = {  # the same of losses, whose function takes its options by name
    "MSELoss": (REDUCED, "input, target", "F.mse_loss"),
    "L1Loss": (REDUCED, "input, target", "F.l1_loss"),
    "SmoothL1Loss": (f"{REDUCED}, beta=1.0", "input, target", "F.smooth_l1_loss"),
    "HuberLoss": ("reduction='mean', delta=1.0", "input, target", "F.huber_loss"),
    "BCELoss": (f"weight=None, {REDUCED}", "input, target", "F.binary_cross_entropy"),
    "BCEWithLogitsLoss": (
        f"weight=None, {REDUCED}, pos_weight=None",
        "input, target",
        "F.binary_cross_entropy_with_logits",
    ),
    "CrossEntropyLoss": (
        "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0",
        "input, target",
        "F.cross_entropy",
    ),
    "NLLLoss": (
        "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
        "input, target",
        "F.nll_loss",
    ),
    "KLDivLoss": (f"{REDUCED}, log_target=False", "input, target", "F.kl_div"),
    "GaussianNLLLoss": ("*, full=False, eps=1e-06, reduction='mean'", "input, target, var", "F.gaussian_nll_loss"),
    "PoissonNLLLoss": (
        "log_input=True, full=False, size_average=None, eps=1e-08, reduce=None, reduction='mean'",
        "log_input, target",
        "F.poisson_nll_loss",
    ),
    "HingeEmbeddingLoss": (f"margin=1.0, {REDUCED}", "input, target", "F.hinge_embedding_loss"),
    "CosineEmbeddingLoss": (f"margin=0.0, {REDUCED}", "input1, input2, target", "F.cosine_embedding_loss"),
    "MarginRankingLoss": (f"margin=0.0, {REDUCED}", "input1, input2, target", "F.margin_ranking_loss"),
    "TripletMarginLoss": (
        f"margin=1.0, p=2.0, eps=1e-06, swap=False, {REDUCED}",
        "anchor, positive, negative",
        "F.triplet_margin_loss",
    ),
    "SoftMarginLoss": (REDUCED, "input, target", "F.soft_margin_loss"),
    "MultiLabelSoftMarginLoss": (f"weight=None, {REDUCED}", "input, target", "F.multilabel_soft_margin_loss"),
    "MultiMarginLoss": (f"p=1, margin=1.0, weight=None, {REDUCED}", "input, target", "F.multi_margin_loss"),
}

TEXT = """
def sides(padding, axes):
    return (padding,) * (2 * axes) if isinstance(padding, int) else padding

def sizes(value, axes):
    return (value,) * axes if isinstance(value, int) else tuple(value)

def outside(padding, mode, size, dilation):
    if mode == 'zeros':
        return None, padding
    if padding == 'same':
        added = [d * (n - 1) for n, d in zip(size, sizes(dilation, len(size)))]
        ends = [(n // 2, n - n // 2) for n in added]
    else:
        ends = [(n, n) for n in sizes(0 if padding == 'valid' else padding, len(size))]
    return tuple(n for pair in reversed(ends) for n in pair), 0

def padded(input, around, mode):
    return input if around is None else F.pad(input, around, mode)

def convolved_volumes(x, weight, bias, stride, padding, dilation, groups):
    if len(x.shape) == 4:
        return convolved_volumes(x.unsqueeze(0), weight, bias, stride, padding, dilation, groups).squeeze(0)
    size, stride, dilation = weight.shape[2:], sizes(stride, 3), sizes(dilation, 3)
    around, _ = outside(padding, None, size, dilation)
    x = F.pad(x, around)
    n, channels, deep, high, wide = x.shape
    places = (deep - dilation[0] * (size[0] - 1) - 1) // stride[0] + 1
    y = None
    for i in range(size[0]):
        first = i * dilation[0]
        part = x[:, :, first:first + (places - 1) * stride[0] + 1:stride[0]].transpose(1, 2)
        images = part.reshape(n * places, channels, high, wide)
        found = F.conv2d(images, weight[:, :, i], None, stride[1:], 0, dilation[1:], groups)
        y = found if y is None else y + found
    y = y.reshape(n, places, *y.shape[1:]).transpose(1, 2)
    return y if bias is None else y + bias.reshape(-1, 1, 1, 1)

def spread_volumes(x, weight, bias, stride, padding, output_padding, groups, dilation):
    if len(x.shape) == 4:
        return spread_volumes(
            x.unsqueeze(0), weight, bias, stride, padding, output_padding, groups, dilation).squeeze(0)
    stride, padding, extra, dilation = [sizes(one, 3) for one in (stride, padding, output_padding, dilation)]
    n, channels, deep, high, wide = x.shape
    images = x.transpose(1, 2).reshape(n * deep, channels, high, wide)
    length = (deep - 1) * stride[0] + 1
    full = None
    for i in range(weight.shape[2]):
        found = F.conv_transpose2d(
            images, weight[:, :, i], None, stride[1:], padding[1:], extra[1:], groups, dilation[1:])
        if full is None:
            total = length + dilation[0] * (weight.shape[2] - 1) + extra[0]
            full = torch.zeros(n, found.shape[1], total, *found.shape[2:])
        first = i * dilation[0]
        full[:, :, first:first + length:stride[0]] += found.reshape(n, deep, *found.shape[1:]).transpose(1, 2)
    full = full[:, :, padding[0]:total - padding[0]]
    return full if bias is None else full + bias.reshape(-1, 1, 1, 1)

def images_then_depth(x, images, depth):
    *outer, deep, high, wide = x.shape
    found = images(x.reshape(-1, 1, high, wide))
    rows = found.reshape(-1, 1, deep, found.shape[-2] * found.shape[-1])
    return depth(rows).reshape(*outer, -1, *found.shape[-2:])

def largest_of_volumes(self, x, size, stride, padding, dilation, return_indices, ceil_mode):
    if dilation != (1, 1, 1):
        only(dilation, 1, 'dilation')
    only(return_indices, False, 'return_indices')
    size, stride, padding = sizes(size, 3), sizes(size if stride is None else stride, 3), sizes(padding, 3)
    return images_then_depth(
        x,
        lambda found: F.max_pool2d(found, size[1:], stride[1:], padding[1:], 1, ceil_mode),
        lambda rows: F.max_pool2d(rows, (size[0], 1), (stride[0], 1), (padding[0], 0), 1, ceil_mode))

def means_of_volumes(self, x, size, stride, padding, ceil_mode, counted, divisor):
    only(divisor, None, 'divisor_override')
    size, stride, padding = sizes(size, 3), sizes(size if stride is None else stride, 3), sizes(padding, 3)
    return images_then_depth(
        x,
        lambda found: F.avg_pool2d(found, size[1:], stride[1:], padding[1:], ceil_mode, counted),
        lambda rows: F.avg_pool2d(rows, (size[0], 1), (stride[0], 1), (padding[0], 0), ceil_mode, counted))

def adapted_volumes(x, size, adapted):
    size = [n if wanted is None else wanted for n, wanted in zip(x.shape[-3:], sizes(size, 3))]
    return images_then_depth(
        x,
        lambda found: adapted(found, (size[1], size[2])),
        lambda rows: adapted(rows, (size[0], rows.shape[-1])))

class Identity(Module):
    def __init__(self, *args, **kwargs):
        pass
    def forward(self, input):
        return input

class Linear(Module):
    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        self.in_features = in_features
        self.out_features = out_features
        self.weight = draw_weight((out_features, in_features), in_features)
        self.bias = draw_weight((out_features,), in_features) if bias else None
    def forward(self, input):
        return F.linear(input, self.weight, self.bias)

class Bilinear(Module):
    def __init__(self, in1_features, in2_features, out_features, bias=True, device=None, dtype=None):
        self.weight = draw_weight((out_features, in1_features, in2_features), in1_features)
        self.bias = draw_weight((out_features,), in1_features) if bias else None
    def forward(self, input1, input2):
        return F.bilinear(input1, input2, self.weight, self.bias)

class Embedding(Module):
    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0,
            scale_grad_by_freq=False, sparse=False, _weight=None, _freeze=False, device=None, dtype=None):
        only(max_norm, None, 'max_norm')
        only(scale_grad_by_freq, False, 'scale_grad_by_freq')
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = padding_idx
        self.weight = (draw_normal((num_embeddings, embedding_dim), padding_idx) if _weight is None
            else as_parameter(_weight))
    @classmethod
    def from_pretrained(cls, embeddings, freeze=True, padding_idx=None):
        return cls(*embeddings.shape, padding_idx, _weight=Parameter(embeddings, not freeze))
    def forward(self, input):
        return F.embedding(input, self.weight, self.padding_idx)

class _Listed:
    def __iter__(self):
        return iter(self._kept().values())
    def __getitem__(self, place):
        items = list(self._kept().values())
        return self._like(items[place]) if is_slice(place) else items[place]
    def __setitem__(self, place, item):
        self._kept()[str(range(len(self))[place])] = as_parameter(item)
    def __len__(self):
        return len(self._kept())
    def append(self, item):
        self._kept()[str(len(self))] = as_parameter(item)
        return self
    def extend(self, items):
        for item in items:
            self.append(item)
        return self

class _Keyed:
    def __iter__(self):
        return iter(self._kept())
    def __getitem__(self, key):
        return self._kept()[key]
    def __setitem__(self, key, item):
        self._kept()[key] = as_parameter(item)
    def __delitem__(self, key):
        del self._kept()[key]
    def __contains__(self, key):
        return key in self._kept()
    def __len__(self):
        return len(self._kept())
    def keys(self):
        return self._kept().keys()
    def values(self):
        return self._kept().values()
    def items(self):
        return self._kept().items()
    def update(self, items):
        for key, item in items.items() if is_keyed(items) else items:
            self[key] = item

class Sequential(_Listed, Module):
    def __init__(self, *layers):
        named = dict(layers[0]) if layers and isinstance(layers[0], dict) else None
        self._modules = {str(i): layer for i, layer in enumerate(layers)} if named is None else named
    def _kept(self):
        return self._modules
    def _like(self, items):
        return Sequential(*items)
    def forward(self, input):
        for layer in self._modules.values():
            input = layer(input)
        return input

class ModuleList(_Listed, Module):
    def __init__(self, modules=None):
        self._modules = {str(i): layer for i, layer in enumerate(modules or ())}
    def _kept(self):
        return self._modules
    def _like(self, items):
        return ModuleList(items)
    def insert(self, index, module):
        items = list(self)
        items.insert(index, module)
        self._modules = {str(i): layer for i, layer in enumerate(items)}

class ModuleDict(_Keyed, Module):
    def __init__(self, modules=None):
        self._modules = {}
        self.update({} if modules is None else modules)
    def _kept(self):
        return self._modules

class ParameterList(_Listed, Module):
    def __init__(self, values=None):
        self._parameters = {}
        self.extend(() if values is None else values)
    def _kept(self):
        return self._parameters
    def _like(self, items):
        return ParameterList(items)

class ParameterDict(_Keyed, Module):
    def __init__(self, parameters=None):
        self._parameters = {}
        self.update({} if parameters is None else parameters)
    def _kept(self):
        return self._parameters

class Dropout(Module):
    _together = 0
    def __init__(self, p=0.5, inplace=False):
        self.p = p
    def forward(self, input):
        return dropped(input, self.p, self._together) if self.training and self.p != 0 else input

class Dropout1d(Dropout):
    _together = 1

class Dropout2d(Dropout):
    _together = 2

class Dropout3d(Dropout):
    _together = 3

class AlphaDropout(Dropout):
    _together = None

class FeatureAlphaDropout(Dropout):
    _together = None

class TripletMarginWithDistanceLoss(Module):
    def __init__(self, *, distance_function=None, margin=1.0, swap=False, reduction='mean'):
        self.distance_function = F.pairwise_distance if distance_function is None else distance_function
        self.margin = margin
        self.swap = swap
        self.reduction = reduction
    def forward(self, anchor, positive, negative):
        apart = self.distance_function(anchor, negative)
        if self.swap:
            apart = torch.minimum(apart, self.distance_function(positive, negative))
        found = F.relu(self.distance_function(anchor, positive) - apart + self.margin)
        only(self.reduction in ('mean', 'sum', 'none'), True, 'reduction')
        return found.mean() if self.reduction == 'mean' else found.sum() if self.reduction == 'sum' else found

class PReLU(Module):
    def __init__(self, num_parameters=1, init=0.25, device=None, dtype=None):
        self.weight = draw_constant((num_parameters,), init)
    def forward(self, input):
        return F.prelu(input, self.weight)

class LayerNorm(Module):
    def __init__(self, normalized_shape, eps=1e-05, elementwise_affine=True, bias=True, device=None, dtype=None):
        self.normalized_shape = sizes(normalized_shape, 1)
        self.weight = draw_constant(self.normalized_shape, 1.0) if elementwise_affine else None
        self.bias = draw_constant(self.normalized_shape, 0.0) if elementwise_affine and bias else None
        self.eps = eps
    def forward(self, input):
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

class RMSNorm(Module):
    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None):
        self.normalized_shape = sizes(normalized_shape, 1)
        self.weight = draw_constant(self.normalized_shape, 1.0) if elementwise_affine else None
        self.eps = eps
    def forward(self, input):
        return F.rms_norm(input, self.normalized_shape, self.weight, self.eps)

class GroupNorm(Module):
    def __init__(self, num_groups, num_channels, eps=1e-05, affine=True, device=None, dtype=None):
        self.num_groups = num_groups
        self.weight = draw_constant((num_channels,), 1.0) if affine else None
        self.bias = draw_constant((num_channels,), 0.0) if affine else None
        self.eps = eps
    def forward(self, input):
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

class InstanceNorm1d(Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False, device=None,
            dtype=None):
        only(track_running_stats, False, 'track_running_stats')
        self.weight = draw_constant((num_features,), 1.0) if affine else None
        self.bias = draw_constant((num_features,), 0.0) if affine else None
        self.eps = eps
    def forward(self, input):
        return F.instance_norm(input, None, None, self.weight, self.bias, True, 0.1, self.eps)

class InstanceNorm2d(InstanceNorm1d):
    pass

class InstanceNorm3d(InstanceNorm1d):
    pass

class BatchNorm1d(Module):
    def __init__(self, num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, device=None,
            dtype=None):
        self.num_features = num_features
        self.weight = draw_constant((num_features,), 1.0) if affine else None
        self.bias = draw_constant((num_features,), 0.0) if affine else None
        self.eps = eps
        self.momentum = momentum
        self.track_running_stats = track_running_stats
        self.batches = ()
    def forward(self, input):
        known = batch_statistics(input, self.training) if self.track_running_stats else None
        if known is not None:
            return F.batch_norm(input, known[0], known[1], self.weight, self.bias, False, 0.1, self.eps)
        if self.training or not self.track_running_stats:
            self.batches = (*self.batches, input)
            return F.batch_norm(input, None, None, self.weight, self.bias, True, 0.1, self.eps)
        return F.batch_norm(input, self.running_mean, self.running_var, self.weight, self.bias, False, 0.1, self.eps)
    @property
    def num_batches_tracked(self):
        return torch.tensor(len(self.batches))
    def _share(self, number):
        return 1 / (number + 1) if self.momentum is None else self.momentum
    @property
    def running_mean(self):
        value = torch.zeros(self.num_features)
        for number, batch in enumerate(self.batches):
            axes = (0, *range(2, len(batch.shape)))
            value = (1 - self._share(number)) * value + self._share(number) * batch.detach().mean(axes)
        return value
    @property
    def running_var(self):
        value = torch.ones(self.num_features)
        for number, batch in enumerate(self.batches):
            axes = (0, *range(2, len(batch.shape)))
            value = (1 - self._share(number)) * value + self._share(number) * batch.detach().var(axes)
        return value

class BatchNorm2d(BatchNorm1d):
    pass

class BatchNorm3d(BatchNorm1d):
    pass

class Conv1d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
            padding_mode='zeros', device=None, dtype=None):
        size = sizes(kernel_size, 1)
        count = in_channels // groups * size[0]
        self.weight = draw_weight((out_channels, in_channels // groups, *size), count)
        self.bias = draw_weight((out_channels,), count) if bias else None
        self.padding_mode = padding_mode
        self._around, padding = outside(padding, padding_mode, size, dilation)
        self._options = (stride, padding, dilation, groups)
    def forward(self, input):
        return F.conv1d(padded(input, self._around, self.padding_mode), self.weight, self.bias, *self._options)

class Conv2d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
            padding_mode='zeros', device=None, dtype=None):
        size = sizes(kernel_size, 2)
        count = in_channels // groups * size[0] * size[1]
        self.weight = draw_weight((out_channels, in_channels // groups, *size), count)
        self.bias = draw_weight((out_channels,), count) if bias else None
        self.padding_mode = padding_mode
        self._around, padding = outside(padding, padding_mode, size, dilation)
        self._options = (stride, padding, dilation, groups)
    def forward(self, input):
        return F.conv2d(padded(input, self._around, self.padding_mode), self.weight, self.bias, *self._options)

class Conv3d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True,
            padding_mode='zeros', device=None, dtype=None):
        only(padding_mode, 'zeros', 'padding_mode')
        size = sizes(kernel_size, 3)
        count = in_channels // groups * size[0] * size[1] * size[2]
        self.weight = draw_weight((out_channels, in_channels // groups, *size), count)
        self.bias = draw_weight((out_channels,), count) if bias else None
        self._options = (stride, padding, dilation, groups)
    def forward(self, input):
        return convolved_volumes(input, self.weight, self.bias, *self._options)

class ConvTranspose1d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
            bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None):
        only(padding_mode, 'zeros', 'padding_mode')
        size = sizes(kernel_size, 1)
        count = out_channels // groups * size[0]
        self.weight = draw_weight((in_channels, out_channels // groups, *size), count)
        self.bias = draw_weight((out_channels,), count) if bias else None
        self._options = (stride, padding, output_padding, groups, dilation)
    def forward(self, input):
        return F.conv_transpose1d(input, self.weight, self.bias, *self._options)

class ConvTranspose2d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
            bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None):
        only(padding_mode, 'zeros', 'padding_mode')
        size = sizes(kernel_size, 2)
        count = out_channels // groups * size[0] * size[1]
        self.weight = draw_weight((in_channels, out_channels // groups, *size), count)
        self.bias = draw_weight((out_channels,), count) if bias else None
        self._options = (stride, padding, output_padding, groups, dilation)
    def forward(self, input):
        return F.conv_transpose2d(input, self.weight, self.bias, *self._options)

class ConvTranspose3d(Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1,
            bias=True, dilation=1, padding_mode='zeros', device=None, dtype=None):
        only(padding_mode, 'zeros', 'padding_mode')
        size = sizes(kernel_size, 3)
        count = out_channels // groups * size[0] * size[1] * size[2]
        self.weight = draw_weight((in_channels, out_channels // groups, *size), count)
        self.bias = draw_weight((out_channels,), count) if bias else None
        self._options = (stride, padding, output_padding, groups, dilation)
    def forward(self, input):
        return spread_volumes(input, self.weight, self.bias, *self._options)

class _Lazy:
    _axis = 1
    def __init__(self, *args, **kwargs):
        self._made = None
        self._args = args
        self._kwargs = kwargs
    def forward(self, input):
        if self._made is None:
            self._made = self._of(input.shape[self._axis], *self._args, **self._kwargs)
        return self._made(input)

class LazyLinear(_Lazy, Module):
    _of = Linear
    _axis = -1

class LazyConv1d(_Lazy, Module):
    _of = Conv1d

class LazyConv2d(_Lazy, Module):
    _of = Conv2d

class LazyConv3d(_Lazy, Module):
    _of = Conv3d

class LazyConvTranspose1d(_Lazy, Module):
    _of = ConvTranspose1d

class LazyConvTranspose2d(_Lazy, Module):
    _of = ConvTranspose2d

class LazyBatchNorm1d(_Lazy, Module):
    _of = BatchNorm1d

class LazyBatchNorm2d(_Lazy, Module):
    _of = BatchNorm2d

class LazyInstanceNorm1d(_Lazy, Module):
    _of = InstanceNorm1d

class LazyInstanceNorm2d(_Lazy, Module):
    _of = InstanceNorm2d

class RNNCell(Module):
    def __init__(self, input_size, hidden_size, bias=True, nonlinearity='tanh', device=None, dtype=None):
        self.hidden_size = hidden_size
        self.weight_ih = draw_weight((hidden_size, input_size), hidden_size)
        self.weight_hh = draw_weight((hidden_size, hidden_size), hidden_size)
        self.bias_ih = draw_weight((hidden_size,), hidden_size) if bias else None
        self.bias_hh = draw_weight((hidden_size,), hidden_size) if bias else None
        self.nonlinearity = nonlinearity
    def forward(self, input, hx=None):
        if hx is None:
            hx = torch.zeros(*input.shape[:-1], self.hidden_size)
        total = F.linear(input, self.weight_ih, self.bias_ih) + F.linear(hx, self.weight_hh, self.bias_hh)
        return F.tanh(total) if self.nonlinearity == 'tanh' else F.relu(total)

class GRUCell(Module):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        self.hidden_size = hidden_size
        self.weight_ih = draw_weight((3 * hidden_size, input_size), hidden_size)
        self.weight_hh = draw_weight((3 * hidden_size, hidden_size), hidden_size)
        self.bias_ih = draw_weight((3 * hidden_size,), hidden_size) if bias else None
        self.bias_hh = draw_weight((3 * hidden_size,), hidden_size) if bias else None
    def forward(self, input, hx=None):
        if hx is None:
            hx = torch.zeros(*input.shape[:-1], self.hidden_size)
        xr, xz, xn = torch.chunk(F.linear(input, self.weight_ih, self.bias_ih), 3, -1)
        hr, hz, hn = torch.chunk(F.linear(hx, self.weight_hh, self.bias_hh), 3, -1)
        z = F.sigmoid(xz + hz)
        return (1 - z) * F.tanh(xn + F.sigmoid(xr + hr) * hn) + z * hx

class LSTMCell(Module):
    def __init__(self, input_size, hidden_size, bias=True, device=None, dtype=None):
        self.hidden_size = hidden_size
        self.weight_ih = draw_weight((4 * hidden_size, input_size), hidden_size)
        self.weight_hh = draw_weight((4 * hidden_size, hidden_size), hidden_size)
        self.bias_ih = draw_weight((4 * hidden_size,), hidden_size) if bias else None
        self.bias_hh = draw_weight((4 * hidden_size,), hidden_size) if bias else None
    def forward(self, input, hx=None):
        if hx is None:
            hx = (torch.zeros(*input.shape[:-1], self.hidden_size), torch.zeros(*input.shape[:-1], self.hidden_size))
        total = F.linear(input, self.weight_ih, self.bias_ih) + F.linear(hx[0], self.weight_hh, self.bias_hh)
        i, f, g, o = torch.chunk(total, 4, -1)
        c = F.sigmoid(f) * hx[1] + F.sigmoid(i) * F.tanh(g)
        return F.sigmoid(o) * F.tanh(c), c

class RNN(Module):
    _gates = 1
    def __init__(self, input_size, hidden_size, num_layers=1, nonlinearity='tanh', bias=True, batch_first=False,
            dropout=0.0, bidirectional=False, device=None, dtype=None):
        self._begin(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional)
        self.nonlinearity = nonlinearity
    def _begin(self, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional):
        self.dropout = dropout
        self.hidden_size = hidden_size
        self.batch_first = batch_first
        self.num_layers = num_layers
        self._ways = ('', '_reverse') if bidirectional else ('',)
        width = self._gates * hidden_size
        for layer in range(num_layers):
            inputs = input_size if layer == 0 else hidden_size * len(self._ways)
            for way in self._ways:
                setattr(self, f'weight_ih_l{layer}{way}', draw_weight((width, inputs), hidden_size))
                setattr(self, f'weight_hh_l{layer}{way}', draw_weight((width, hidden_size), hidden_size))
                setattr(self, f'bias_ih_l{layer}{way}', draw_weight((width,), hidden_size) if bias else None)
                setattr(self, f'bias_hh_l{layer}{way}', draw_weight((width,), hidden_size) if bias else None)
    def _weights(self, layer, way):
        names = ('weight_ih', 'weight_hh', 'bias_ih', 'bias_hh')
        return [getattr(self, f'{name}_l{layer}{way}') for name in names]
    def _inner(self, x, w):
        return F.linear(x, w[0], w[2])
    def _outer(self, h, w):
        return F.linear(h, w[1], w[3])
    def _step(self, x, state, w):
        total = self._inner(x, w) + self._outer(state[0], w)
        return (F.tanh(total) if self.nonlinearity == 'tanh' else F.relu(total),)
    def _given(self, hx):
        return (hx,)
    def _taken(self, state):
        return state[0]
    def forward(self, input, hx=None):
        batched = len(input.shape) == 3
        along = 1 if self.batch_first and batched else 0
        rows = list(torch.unbind(input, along))
        begin = torch.zeros(*input.shape[:along], *input.shape[along + 1:-1], self.hidden_size)
        ends = []
        for layer in range(self.num_layers):
            found = []
            for way in self._ways:
                w = self._weights(layer, way)
                state = (begin, begin) if hx is None else tuple(h[len(ends)] for h in self._given(hx))
                made = []
                for x in rows[::-1] if way else rows:
                    state = self._step(x, state, w)
                    made.append(state[0])
                ends.append(state)
                found.append(made[::-1] if way else made)
            rows = [torch.cat(both, -1) for both in zip(*found)] if len(found) > 1 else found[0]
            if self.training and self.dropout != 0 and layer < self.num_layers - 1:
                rows = [dropped(row, self.dropout, 0) for row in rows]
        last = tuple(torch.stack([end[i] for end in ends]) for i in range(len(ends[0])))
        return torch.stack(rows, along), self._taken(last)

class GRU(RNN):
    _gates = 3
    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
            bidirectional=False, device=None, dtype=None):
        self._begin(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional)
    def _step(self, x, state, w):
        xr, xz, xn = torch.chunk(self._inner(x, w), 3, -1)
        hr, hz, hn = torch.chunk(self._outer(state[0], w), 3, -1)
        z = F.sigmoid(xz + hz)
        return ((1 - z) * F.tanh(xn + F.sigmoid(xr + hr) * hn) + z * state[0],)

class LSTM(RNN):
    _gates = 4
    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, batch_first=False, dropout=0.0,
            bidirectional=False, proj_size=0, device=None, dtype=None):
        only(proj_size, 0, 'proj_size')
        self._begin(input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional)
    def _step(self, x, state, w):
        i, f, g, o = torch.chunk(self._inner(x, w) + self._outer(state[0], w), 4, -1)
        c = F.sigmoid(f) * state[1] + F.sigmoid(i) * F.tanh(g)
        return F.sigmoid(o) * F.tanh(c), c
    def _given(self, hx):
        return hx
    def _taken(self, state):
        return state

class MultiheadAttention(Module):
    def __init__(self, embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None,
            vdim=None, batch_first=False, device=None, dtype=None):
        only(add_bias_kv, False, 'add_bias_kv')
        only(add_zero_attn, False, 'add_zero_attn')
        only(kdim, None, 'kdim')
        only(vdim, None, 'vdim')
        self.num_heads = num_heads
        self.batch_first = batch_first
        self.dropout = dropout
        self.in_proj_weight = draw_weight((3 * embed_dim, embed_dim), embed_dim)
        self.in_proj_bias = draw_constant((3 * embed_dim,), 0.0) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias)
    def _heads(self, x):
        n, length, size = x.shape
        return x.reshape(n, length, self.num_heads, size // self.num_heads).transpose(1, 2)
    def forward(self, query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,
            average_attn_weights=True, is_causal=False):
        only(is_causal, False, 'is_causal')
        batched = len(query.shape) == 3
        if not batched:
            query, key, value = query.unsqueeze(0), key.unsqueeze(0), value.unsqueeze(0)
        elif not self.batch_first:
            query, key, value = query.transpose(0, 1), key.transpose(0, 1), value.transpose(0, 1)
        wq, wk, wv = torch.chunk(self.in_proj_weight, 3, 0)
        bq, bk, bv = (None, None, None) if self.in_proj_bias is None else torch.chunk(self.in_proj_bias, 3, 0)
        q, k, v = self._heads(F.linear(query, wq, bq)), self._heads(F.linear(key, wk, bk)), self._heads(
            F.linear(value, wv, bv))
        scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5
        if attn_mask is not None:
            of_heads = (-1, self.num_heads) if len(attn_mask.shape) == 3 else ()
            scores = masked_scores(scores, attn_mask.reshape(*of_heads, *attn_mask.shape[-2:]))
        if key_padding_mask is not None:
            scores = masked_scores(scores, key_padding_mask.reshape(key.shape[0], 1, 1, key.shape[1]))
        weights = F.softmax(scores, -1)
        if self.training and self.dropout != 0:
            weights = dropped(weights, self.dropout, 0)
        mixed = (weights @ v).transpose(1, 2).flatten(2)
        out = self.out_proj(mixed)
        shown = (weights.mean(1) if average_attn_weights else weights) if need_weights else None
        if not batched:
            return out.squeeze(0), shown if shown is None else shown.squeeze(0)
        return (out if self.batch_first else out.transpose(0, 1)), shown

class TransformerEncoderLayer(Module):
    def __init__(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation=F.relu, layer_norm_eps=1e-05,
            batch_first=False, norm_first=False, bias=True, device=None, dtype=None):
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        only(activation in ('relu', 'gelu') if isinstance(activation, str) else True, True, 'activation')
        self.activation = {'relu': F.relu, 'gelu': F.gelu}[activation] if isinstance(activation, str) else activation
    def _attend(self, x, mask, padding):
        return self.dropout(self.self_attn(x, x, x, padding, False, mask)[0])
    def _feed(self, x):
        return self.dropout(self.linear2(self.dropout(self.activation(self.linear1(x)))))
    def forward(self, src, src_mask=None, src_key_padding_mask=None, is_causal=False):
        if self.norm_first:
            x = src + self._attend(self.norm1(src), src_mask, src_key_padding_mask)
            return x + self._feed(self.norm2(x))
        x = self.norm1(src + self._attend(src, src_mask, src_key_padding_mask))
        return self.norm2(x + self._feed(x))

class TransformerDecoderLayer(Module):
    def __init__(self, d_model, nhead, dim_feedforward=2048, dropout=0.1, activation=F.relu, layer_norm_eps=1e-05,
            batch_first=False, norm_first=False, bias=True, device=None, dtype=None):
        self.self_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first)
        self.multihead_attn = MultiheadAttention(d_model, nhead, dropout, bias, batch_first=batch_first)
        self.linear1 = Linear(d_model, dim_feedforward, bias)
        self.dropout = Dropout(dropout)
        self.linear2 = Linear(dim_feedforward, d_model, bias)
        self.norm_first = norm_first
        self.norm1 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm2 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        self.norm3 = LayerNorm(d_model, layer_norm_eps, bias=bias)
        only(activation in ('relu', 'gelu') if isinstance(activation, str) else True, True, 'activation')
        self.activation = {'relu': F.relu, 'gelu': F.gelu}[activation] if isinstance(activation, str) else activation
    def _feed(self, x):
        return self.dropout(self.linear2(self.dropout(self.activation(self.linear1(x)))))
    def forward(self, tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
            memory_key_padding_mask=None, tgt_is_causal=False, memory_is_causal=False):
        def own(x):
            return self.dropout(self.self_attn(x, x, x, tgt_key_padding_mask, False, tgt_mask)[0])
        def other(x):
            return self.dropout(self.multihead_attn(x, memory, memory, memory_key_padding_mask, False, memory_mask)[0])
        if self.norm_first:
            x = tgt + own(self.norm1(tgt))
            x = x + other(self.norm2(x))
            return x + self._feed(self.norm3(x))
        x = self.norm1(tgt + own(tgt))
        x = self.norm2(x + other(x))
        return self.norm3(x + self._feed(x))

class TransformerEncoder(Module):
    def __init__(self, encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True):
        self.layers = ModuleList([copied(encoder_layer) for i in range(num_layers)])
        self.norm = norm
    def forward(self, src, mask=None, src_key_padding_mask=None, is_causal=None):
        for layer in self.layers:
            src = layer(src, mask, src_key_padding_mask)
        return src if self.norm is None else self.norm(src)

class TransformerDecoder(Module):
    def __init__(self, decoder_layer, num_layers, norm=None):
        self.layers = ModuleList([copied(decoder_layer) for i in range(num_layers)])
        self.norm = norm
    def forward(self, tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None,
            memory_key_padding_mask=None, tgt_is_causal=None, memory_is_causal=False):
        for layer in self.layers:
            tgt = layer(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
        return tgt if self.norm is None else self.norm(tgt)

class Transformer(Module):
    def __init__(self, d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048,
            dropout=0.1, activation=F.relu, custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-05,
            batch_first=False, norm_first=False, bias=True, device=None, dtype=None):
        only(custom_encoder, None, 'custom_encoder')
        only(custom_decoder, None, 'custom_decoder')
        options = (d_model, nhead, dim_feedforward, dropout, activation, layer_norm_eps, batch_first, norm_first, bias)
        encoder_layer, decoder_layer = TransformerEncoderLayer(*options), TransformerDecoderLayer(*options)
        self.encoder = TransformerEncoder(
            encoder_layer, num_encoder_layers, LayerNorm(d_model, layer_norm_eps, bias=bias))
        self.decoder = TransformerDecoder(
            decoder_layer, num_decoder_layers, LayerNorm(d_model, layer_norm_eps, bias=bias))
    @staticmethod
    def generate_square_subsequent_mask(sz, device=None, dtype=None):
        return torch.triu(torch.full((sz, sz), -math.inf), 1)
    def forward(self, src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None,
            tgt_key_padding_mask=None, memory_key_padding_mask=None, src_is_causal=None, tgt_is_causal=None,
            memory_is_causal=False):
        memory = self.encoder(src, src_mask, src_key_padding_mask)
        return self.decoder(
            tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask)
"""


def made(name: str, options: str, given: str, call: str) -> str:
    """The text of a layer that keeps its options and calls one function."""
    names = [part.partition("=")[0].strip() for part in options.split(",")] if options else []
    kept = [name for name in names if name != "*"]
    body = "\n".join(f"        self.{option} = {option}" for option in kept) or "        pass"
    return f"""
class {name}(Module):
    def __init__(self{", " if options else ""}{options}):
{body}
    def forward(self, {given}):
        return {call}
"""


def loss(name: str, options: str, given: str, function: str) -> str:
    names = [part.partition("=")[0].strip() for part in options.split(",")]
    named = ", ".join(f"{option}=self.{option}" for option in names if option != "*")
    return made(name, options, given, f"{function}({given}, {named})")


LAYERS = (
    TEXT
    + "".join(made(name, *parts) for name, parts in CALLING.items())
    + "".join(loss(name, *parts) for name, parts in LOSSES.items())
)
