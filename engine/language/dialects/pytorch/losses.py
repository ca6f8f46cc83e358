"""torch.nn.functional's losses as calls of our ops (see signatures.py): the mean as the op of that name, where there is
one, so that the page shows it whole.
"""

LOSSES = """
def mse_loss(input, target, size_average=None, reduce=None, reduction: 'mean' = 'mean', weight: None = None):
    mse(input, target)
def mse_loss(input, target, size_average=None, reduce=None, reduction='mean', weight: None = None):
    reduced_by((input - target) ** 2, reduction)
def l1_loss(input, target, size_average=None, reduce=None, reduction: 'mean' = 'mean', weight: None = None):
    mae(input, target)
def l1_loss(input, target, size_average=None, reduce=None, reduction='mean', weight: None = None):
    reduced_by(abs(input - target), reduction)
def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction='mean', beta: 0 = 1.0):
    reduced_by(abs(input - target), reduction)
def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction: 'mean' = 'mean', beta=1.0):
    smooth_l1(input, target, beta)
def smooth_l1_loss(input, target, size_average=None, reduce=None, reduction='mean', beta=1.0):
    reduced_by(smooth(input - target, beta), reduction)
def huber_loss(input, target, reduction: 'mean' = 'mean', delta=1.0, weight: None = None): huber(input, target, delta)
def huber_loss(input, target, reduction='mean', delta=1.0, weight: None = None):
    reduced_by(quadratic(input - target, delta), reduction)
def binary_cross_entropy(input: array, target: same_shape(input), weight: None = None, size_average=None, reduce=None,
        reduction: 'mean' = 'mean'):
    binary_cross_entropy(input, target)
def binary_cross_entropy(input: array, target: same_shape(input), weight=None, size_average=None, reduce=None,
        reduction='mean'):
    reduced_by(times(likely(input, target), weight), reduction)
def binary_cross_entropy_with_logits(input: array, target: same_shape(input), weight: None = None, size_average=None,
        reduce=None, reduction: 'mean' = 'mean', pos_weight: None = None):
    sigmoid_cross_entropy(input, target)
def binary_cross_entropy_with_logits(input: array, target: same_shape(input), weight=None, size_average=None,
        reduce=None, reduction='mean', pos_weight=None):
    reduced_by(times(likely_logits(input, target, pos_weight), weight), reduction)
def cross_entropy(input: at_most_2, target, weight: None = None, size_average=None, ignore_index: -100 = -100,
        reduce=None, reduction: 'mean' = 'mean', label_smoothing: 0 = 0.0):
    softmax_cross_entropy(input, target)
def cross_entropy(input: array, target: same_shape(input), weight=None, size_average=None, ignore_index: -100 = -100,
        reduce=None, reduction='mean', label_smoothing=0.0):
    against(log_softmax(input, class_axis(input)), soft(input, target, label_smoothing), weight, reduction)
def cross_entropy(input: array, target: channels(input), weight=None, size_average=None, ignore_index=-100,
        reduce=None, reduction='mean', label_smoothing=0.0):
    smoothed(log_softmax(input, class_axis(input)), labelled(input, target, ignore_index), weight, reduction,
        label_smoothing)
def nll_loss(input: at_most_2, target: classes(input), weight: None = None, size_average=None,
        ignore_index: -100 = -100, reduce=None, reduction: 'mean' = 'mean'):
    nll_loss(input, target)
def nll_loss(input: array, target: channels(input), weight=None, size_average=None, ignore_index=-100, reduce=None,
        reduction='mean'):
    chosen(input, labelled(input, target, ignore_index), weight, reduction)
def kl_div(input: array, target: array, size_average=None, reduce=None, reduction: 'batchmean' = 'mean',
        log_target=False):
    sum(mean(divergence(input, target, log_target), 0))
def kl_div(input: array, target: array, size_average=None, reduce=None, reduction='mean', log_target=False):
    reduced_by(divergence(input, target, log_target), reduction)
def gaussian_nll_loss(input, target, var, full: False = False, eps=1e-06, reduction='mean'):
    reduced_by((log(not_less(var, eps)) + (input - target) ** 2 / not_less(var, eps)) / 2, reduction)
def gaussian_nll_loss(input, target, var, full: True = False, eps=1e-06, reduction='mean'):
    reduced_by((log(not_less(var, eps)) + (input - target) ** 2 / not_less(var, eps)) / 2 + 0.9189385332046727,
        reduction)
def poisson_nll_loss(input, target, log_input: True = True, full=False, size_average=None, eps=1e-08, reduce=None,
        reduction='mean'):
    reduced_by(exp(input) - target * input, reduction)
def poisson_nll_loss(input, target, log_input: True = True, full: True = False, size_average=None, eps=1e-08,
        reduce=None, reduction='mean'):
    reduced_by(exp(input) - target * input + of_factorial(target), reduction)
def poisson_nll_loss(input, target, log_input: False, full: True, size_average=None, eps=1e-08, reduce=None,
        reduction='mean'):
    reduced_by(input - target * log(input + eps) + of_factorial(target), reduction)
def poisson_nll_loss(input, target, log_input: False = True, full=False, size_average=None, eps=1e-08, reduce=None,
        reduction='mean'):
    reduced_by(input - target * log(input + eps), reduction)
def hinge_embedding_loss(input, target, margin=1.0, size_average=None, reduce=None, reduction='mean'):
    reduced_by(where(eq(target, 1), input, relu(margin - input)), reduction)
def cosine_embedding_loss(input1: array, input2: same_shape(input1), target, margin=0.0, size_average=None, reduce=None,
        reduction='mean'):
    reduced_by(by_sign(cosine_similarity(input1, input2, -1, 1e-12), target, margin), reduction)
def margin_ranking_loss(input1, input2, target, margin=0.0, size_average=None, reduce=None, reduction='mean'):
    reduced_by(relu(margin - target * (input1 - input2)), reduction)
def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2, eps=1e-06, swap=False, size_average=None,
        reduce=None, reduction='mean'):
    reduced_by(relu(distance(anchor - positive + eps, p) - distance(anchor - negative + eps, p) + margin), reduction)
def triplet_margin_loss(anchor, positive, negative, margin=1.0, p=2, eps=1e-06, swap: True = False, size_average=None,
        reduce=None, reduction='mean'):
    apart = minimum(distance(anchor - negative + eps, p), distance(positive - negative + eps, p))
    reduced_by(relu(distance(anchor - positive + eps, p) - apart + margin), reduction)
def soft_margin_loss(input, target, size_average=None, reduce=None, reduction='mean'):
    reduced_by(softplus(-(target * input)), reduction)
def multilabel_soft_margin_loss(input: array, target: same_shape(input), weight=None, size_average=None, reduce=None,
        reduction='mean'):
    reduced_by(mean(times(softplus(input) - target * input, weight), -1), reduction)
def multi_margin_loss(input: matrix, target: classes(input), p=1, margin=1.0, weight: None = None, size_average=None,
        reduce=None, reduction='mean'):
    reduced_by(margins(input, one_hot(target, count(input, -1)), p, margin), reduction)
def multi_margin_loss(input: matrix, target: classes(input), p=1, margin=1.0, weight: vector = None, size_average=None,
        reduce=None, reduction='mean'):
    reduced_by(margins(input, one_hot(target, count(input, -1)), p, margin) * take(weight, target), reduction)
"""
