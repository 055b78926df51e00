;; A control structure of our own: (every n body ...) runs its body on each nth beat of (beats count form ...).
(define beat 0)

(define-macro (beats count . body)
  (let ((last (gensym)))
    `(let ((,last ,count))
       (do ((i 0 (+ i 1)))
           ((= i ,last))
         (set! beat i)
         ,@body))))

(define-macro* (every n :rest body)
  `(if (= 0 (modulo beat ,n)) (begin ,@body)))

(beats 8
  (every 1 (display "hat"))
  (every 2 (display " kick"))
  (every 4 (display " crash"))
  (newline))
